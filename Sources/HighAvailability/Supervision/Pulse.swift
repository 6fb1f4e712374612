/// How a supervisor's loop fares: whether it turns, how late, and how much it has asked.
package struct Pulse: Sendable {
  /// How often the loop has turned.
  package var turns = 0
  /// How long it took from a call until the loop turned.
  package var lag = Spans()
  /// How many probes have ended, and how many of these found something down.
  package var probes = 0
  package var failures = 0
  /// Whether the call before this one is still to be heard: then the loop hangs.
  package var isHanging = false

  mutating func count(_ outcome: Outcome) {
    probes += 1
    if outcome.isDown { failures += 1 }
  }
}

extension Supervisor {
  /// Calls the loop, which turns then, and says how it has fared until now.
  package func knock() -> Pulse {
    var pulse = pulse
    pulse.isHanging = isRunning && knockedAt != nil
    if isRunning, knockedAt == nil { knockedAt = now }
    ring()
    return pulse
  }

  /// The same with what the thread has asked that probes by itself.
  package func fullPulse() async -> Pulse {
    var pulse = pulse
    if let report = await loopReport() {
      pulse.probes += report.probes
      pulse.failures += report.failures
    }
    return pulse
  }

  func notePulse() {
    pulse.turns += 1
    if let knockedAt { pulse.lag.add(now - knockedAt) }
    knockedAt = nil
  }
}
