/// Why a call to a cloud gave no result.
package struct OpenStackError: Error, Sendable {
  package enum Code: String, Sendable, CaseIterable {
    /// The service refused what was asked as malformed or impossible.
    case badRequest = "bad_request"
    /// Keystone doesn't accept who asks.
    case unauthorized
    /// Who asks may not do that.
    case forbidden
    case notFound = "not_found"
    /// The resource is in a state that doesn't allow it, or exists already.
    case conflict
    case quotaExceeded = "quota_exceeded"
    /// Too many requests in too short a time.
    case rateLimited = "rate_limited"
    /// The service answered that it failed or can't serve now.
    case unavailable
    /// No answer came: nothing listens, the name is unknown, or the connection broke.
    case unreachable
    /// The time allowed for the request ran out.
    case timedOut = "timed_out"
    /// The service's certificate isn't trusted.
    case tls
    /// The answer isn't what the API promises.
    case badResponse = "bad_response"
    /// The catalog has no such service for this region and interface.
    case noEndpoint = "no_endpoint"
    /// The cloud is too old for what was asked.
    case unsupportedVersion = "unsupported_version"
    /// A file on this machine can't be read or written.
    case badFile = "bad_file"
    /// The resource went into a state that tells of failure while it was waited for.
    case failed
    /// Several resources have the name.
    case ambiguous
  }

  package let code: Code
  /// A sentence in lower case without full stop; the service's own words where it said any.
  package let message: String
  /// The HTTP status, when there was an answer.
  package let status: Int?
  /// The service's name for the request, which its operators can look up.
  package let requestID: String?
  package let service: Service?
  package let method: String?
  package let url: String?
  package let hint: String?
  package let cause: (any Error)?
  /// The name of the cloud that was asked.
  package var cloud: String?

  package init(
    _ code: Code, _ message: String, status: Int? = nil, requestID: String? = nil, service: Service? = nil,
    method: String? = nil, url: String? = nil, hint: String? = nil, cause: (any Error)? = nil
  ) {
    self.code = code
    self.message = message
    self.status = status
    self.requestID = requestID
    self.service = service
    self.method = method
    self.url = url
    self.hint = hint
    self.cause = cause
  }
}
