import OrderedCollections

// How a watch stands to those of which it is a part, and to its own parts.
extension Watch {
  /// Whether nothing but its parts tells how it fares.
  var isScope: Bool { policy.checks.isEmpty }

  /// Whether something is to be done about it, or is being done.
  var isHealing: Bool {
    guard !isInMaintenance, !isFlapping else { return false }
    switch phase {
    case .planned, .asking, .acting: return true
    case .watching, .settling, .held, .gaveUp: return false
    }
  }

  /// What its ladder came to, for its parent; nil while it hasn't given up.
  var surrender: String? {
    guard case .gaveUp(let reason) = phase else { return nil }
    let tried = zip(policy.ladder.rungs, ladder.tries).filter { !$1.isEmpty }.map(\.0.action.phrase)
    let after = tried.isEmpty ? "" : " after \(tried.joined(separator: ", "))"
    return "gave up\(after): \(incident.map { "\($0.reason); " } ?? "")\(reason)"
  }

  /// Counts that one of its parts has given up as one failure of its own.
  mutating func count(failureOf part: String, _ surrender: String, incident id: String?, at now: Duration) {
    guard !isInMaintenance else { return }
    let reason = "escalated from \(part) (\(surrender))"
    let isNew = incident?.parts[part] == nil
    if isNew { incident?.parts[part] = now }
    switch phase {
    case .watching:
      fall(reason, since: now, from: id, at: now)
      incident?.parts[part] = now
    case .settling:
      incident?.reason = reason
      tell(.escalated, reason, rung: incident?.lastStep?.index, from: id)
      decide(at: now)
    case .gaveUp:
      // It gave up on others, or has tried nothing for this one of late.
      incident?.reason = reason
      tell(.escalated, reason, rung: incident?.lastStep?.index, from: id)
      ladder.lookAgain()
      decide(at: now)
    case .planned, .asking, .acting, .held:
      if isNew { tell(.escalated, reason, rung: incident?.lastStep?.index, from: id) }
    }
  }

  /// Takes note that a part is well again, or is nobody's business any more.
  mutating func relieve(of part: String, at now: Duration) {
    guard incident?.parts.removeValue(forKey: part) != nil else { return }
    if case .acting = phase { return }
    rise(at: now)
  }

  /// Takes note that its parent, after as many steps, was told that it has given up.
  mutating func noteTold(_ parent: String, after rounds: Int) {
    incident?.told = rounds
    tell(.escalated, "to \(parent)")
  }

  /// Begins anew on its lowest rung, since something was done for what it is a part of.
  mutating func startOver(after what: String, settle: Duration, at now: Duration) {
    switch phase {
    case .acting, .held: return
    case .watching: startChecksAfresh(grace: max(settle, longestGrace), at: now)
    case .planned, .asking, .settling, .gaveUp:
      startChecksAfresh(grace: settle, at: now)
      ladder.reset()
      incident?.lastStep = nil
      incident?.told = nil
      incident?.rounds += 1
      incident?.waits = 0
      phase = .settling
      tell(.startedOver, what)
    }
  }
}
