import HTTP
package import OpenStack
import StackEngine

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
