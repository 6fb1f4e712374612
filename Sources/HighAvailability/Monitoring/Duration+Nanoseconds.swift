extension Duration {
  /// The span in whole nanoseconds, at most 146 years.
  package var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let limit: Int64 = 4_611_686_018
    guard seconds.magnitude < limit else { return (seconds < 0 ? -limit : limit) * 1_000_000_000 }
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
