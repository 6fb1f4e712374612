import HTTP
package import OpenStack
package import StackEngine

extension OpenStackError: PassingError {
  /// Whether a service was out of reach, failed or wanted less to do, and may be itself again later.
  package var mayPass: Bool {
    switch code {
    // A name that nobody knows isn't a service that is away.
    case .unreachable: (cause as? HTTPError).map { $0.code != .unknownHost } ?? true
    case .unavailable, .timedOut, .rateLimited: true
    default: false
    }
  }
}

extension OpenStackError: RequestError {
  /// The request and its answer; nil for what no request has led to.
  package var failedRequest: FailedRequest? {
    guard let method, let url = shownURL else { return (cause as? any RequestError)?.failedRequest }
    return FailedRequest(
      service: service?.program ?? "the cloud", method: method, url: url, status: status,
      requestID: requestID, message: message)
  }
}
