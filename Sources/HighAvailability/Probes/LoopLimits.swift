import Glibc

/// How many connections a loop may have.
struct LoopLimits: Sendable {
  /// Those under way; more wait.
  let exchanges: Int
  /// Those kept for the next time; others are closed.
  let kept: Int

  /// The limits by the descriptors that the process may open, after asking for as many as the system allows it.
  static func raised() -> LoopLimits {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      return LoopLimits(exchanges: 256, kept: 256)
    }
    var wanted = limit
    wanted.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0 { limit = wanted }
    let descriptors = Int(min(limit.rlim_cur, 4_000_000))
    let exchanges = max(64, min(16_384, descriptors / 4))
    return LoopLimits(exchanges: exchanges, kept: max(0, descriptors / 2 - exchanges))
  }
}
