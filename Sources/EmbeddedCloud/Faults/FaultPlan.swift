import Ambience
import HTTP

/// The faults that are to come, in the order in which they were asked for.
struct FaultPlan: Sendable {
  private var faults: [Fault] = []

  mutating func add(_ fault: Fault) { faults.append(fault) }
  mutating func clear() { faults = [] }

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

  private mutating func strike(
    _ target: Fault.Effect.Target, _ ambient: Ambient, _ isMeant: (Fault) -> Bool
  ) -> Fault.Effect? {
    for index in faults.indices where faults[index].effect.target == target && isMeant(faults[index]) {
      if faults[index].skips > 0 {
        faults[index].skips -= 1
        continue
      }
      if faults[index].chance < 1, Double(ambient.random() >> 11) / Double(1 << 53) >= faults[index].chance {
        continue
      }
      let effect = faults[index].effect
      faults[index].times -= 1
      if faults[index].times <= 0 { faults.remove(at: index) }
      return effect
    }
    return nil
  }
}

extension EmbeddedCloud {
  package func add(_ fault: Fault) { faults.add(fault) }

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
