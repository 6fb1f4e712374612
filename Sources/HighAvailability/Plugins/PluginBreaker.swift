/// Takes a plugin out of service that fails too often, as OTP's supervisors do with their children.
package struct PluginBreaker: Sendable {
  package struct Limits: Sendable, Hashable {
    /// How many faults within `period` are too many.
    package var faults: Int
    package var period: Duration

    package init(faults: Int = 3, period: Duration = .seconds(600)) {
      self.faults = faults
      self.period = period
    }
  }

  package let limits: Limits
  /// Why it is out of service; nil while it isn't.
  package private(set) var reason: String?
  private var faults: [Duration] = []

  package init(_ limits: Limits = Limits()) { self.limits = limits }

  /// Counts a fault; true when that was one too many.
  package mutating func fail(_ what: String, at now: Duration) -> Bool {
    faults.removeAll { now - $0 >= limits.period }
    faults.append(now)
    guard reason == nil, faults.count >= limits.faults else { return false }
    reason = "it failed \(faults.count) times within \(limits.period.phrase), last: \(what)"
    return true
  }

  /// How many faults there were lately.
  package func count(at now: Duration) -> Int { faults.count { now - $0 < limits.period } }

  /// Puts it in service again, as after a reload.
  package mutating func reset() { self = PluginBreaker(limits) }
}
