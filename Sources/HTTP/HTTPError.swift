/// Why a request got no response.
package struct HTTPError: Error, Sendable {
  package enum Code: String, Sendable {
    /// The URL can't be used.
    case badURL = "bad_url"
    /// The host name doesn't resolve.
    case unknownHost = "unknown_host"
    /// Nothing listens there, or nothing can get there.
    case unreachable
    /// The time allowed ran out; the server may or may not have acted.
    case timedOut = "timed_out"
    /// The certificate isn't trusted or the handshake failed.
    case tls
    /// The connection broke after the request was sent; the server may or may not have acted.
    case connectionLost = "connection_lost"
    /// The response isn't HTTP, or is larger than is allowed.
    case badResponse = "bad_response"
    /// A file on this machine that was to be sent or written can't be.
    case badFile = "bad_file"
  }

  package let code: Code
  package let url: String
  /// What the transport said, in its own words.
  package let detail: String

  package init(_ code: Code, url: String, detail: String) {
    self.code = code
    self.url = url
    self.detail = detail
  }

  /// Whether the request can't have reached the server, so that even a POST may be sent again.
  package var wasNeverSent: Bool { code == .badURL || code == .unknownHost || code == .unreachable }
}
