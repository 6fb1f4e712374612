import HTTP
package import OpenStack
import StackEngine

extension OpenStackError: PassingError {
  /// Whether a service was out of reach, failed or wanted less to do, and may be itself again later.
  package var mayPass: Bool {
    switch code {
    case .unreachable: (cause as? HTTPError).map { $0.code != .unknownHost } ?? true
    case .timedOut, .rateLimited: true
    case .unavailable: [502, 503, 504].contains(status)
    default: false
    }
  }
}
