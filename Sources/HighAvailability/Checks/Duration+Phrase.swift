extension Duration {
  /// The span in seconds.
  var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }

  /// The span as people say it, in at most two units: `9 s`, `10 min`, `1 h 30 min`.
  package var phrase: String {
    // Half a millisecond less than a second is one.
    let seconds = components.seconds &+ (components.attoseconds >= 999_500_000_000_000_000 ? 1 : 0)
    switch seconds {
    case ..<1: return "\(Int64((inSeconds * 1000).rounded())) ms"
    case ..<120: return "\(seconds) s"
    case ..<3600: return Self.join(seconds / 60, "min", seconds % 60, "s")
    default: return Self.join(seconds / 3600, "h", seconds % 3600 / 60, "min")
    }
  }

  private static func join(_ large: Int64, _ unit: String, _ small: Int64, _ smallUnit: String) -> String {
    small == 0 ? "\(large) \(unit)" : "\(large) \(unit) \(small) \(smallUnit)"
  }
}
