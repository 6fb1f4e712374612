import Ambience
import HTTP

/// The faults that are to come, in the order in which they were asked for.
struct FaultPlan: Sendable {
  private var faults: [Fault] = []
  /// When each fault is over; nil for never.
  private var ends: [Duration?] = []

  mutating func add(_ fault: Fault, at now: Duration) {
    faults.append(fault)
    ends.append(fault.span.map { now + $0 })
  }

  mutating func clear() { (faults, ends) = ([], []) }

  /// What strikes a request; the fault is used up by that.
  mutating func strike(_ asked: Asked, _ ambient: Ambient) -> Fault.Effect? {
    let path = "/" + asked.path.joined(separator: "/")
    return strike(.request, ambient) { fault in
      (fault.method == nil || fault.method == asked.method) && path.matches(fault.path)
    }
  }

  mutating func strikeBuild(_ name: String, _ ambient: Ambient) -> Fault.Effect? {
    strike(.build, ambient) { name.matches($0.path) }
  }

  mutating func strikeGuest(_ name: String, _ ambient: Ambient) -> Fault.Effect? {
    strike(.guest, ambient) { name.matches($0.path) }
  }

  mutating func strikeAction(_ name: String, _ ambient: Ambient) -> Fault.Effect? {
    strike(.action, ambient) { name.matches($0.path) }
  }

  private mutating func strike(
    _ target: Fault.Effect.Target, _ ambient: Ambient, _ isMeant: (Fault) -> Bool
  ) -> Fault.Effect? {
    let now = ambient.uptime()
    for index in faults.indices where faults[index].effect.target == target && isMeant(faults[index]) {
      if let end = ends[index], now >= end { continue }
      if faults[index].skips > 0 {
        faults[index].skips -= 1
        continue
      }
      if faults[index].chance < 1, ambient.share() >= faults[index].chance {
        continue
      }
      let effect = faults[index].effect
      faults[index].times -= 1
      if faults[index].times <= 0 {
        faults.remove(at: index)
        ends.remove(at: index)
      }
      return effect
    }
    return nil
  }
}

extension EmbeddedCloud {
  package func add(_ fault: Fault) { faults.add(fault, at: ambient.uptime()) }

  /// Forgets the faults that haven't struck.
  package func removeFaults() { faults.clear() }
}

extension String {
  /// Whether a fault's pattern means it: as a whole where it has `*`, else as a part.
  func matches(_ pattern: String) -> Bool {
    guard pattern.contains("*") else { return pattern.isEmpty || contains(pattern) }
    let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, hasPrefix(first) else { return false }
    var rest = dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
      guard let found = rest.firstRange(of: piece) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.count >= last.count && rest.hasSuffix(last)
  }
}
