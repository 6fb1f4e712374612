/// What one probe found.
package enum Outcome: Sendable, Hashable {
  case up
  /// The application failed the check, and why, such as `connection refused`.
  case down(String)
  /// The prober couldn't tell, through a fault of its own such as no route or a name that doesn't resolve.
  ///
  /// It never counts as down.
  case unknown(String)

  package var isDown: Bool { if case .down = self { true } else { false } }

  /// The reason; nil when up.
  package var reason: String? {
    switch self {
    case .up: nil
    case .down(let reason), .unknown(let reason): reason
    }
  }
}

extension Outcome: CustomStringConvertible {
  package var description: String {
    switch self {
    case .up: "up"
    case .down(let reason): "down: \(reason)"
    case .unknown(let reason): "unknown: \(reason)"
    }
  }
}
