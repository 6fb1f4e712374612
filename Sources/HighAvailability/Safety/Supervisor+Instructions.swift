import Ambience

extension Supervisor {
  /// Follows what people have said to whoever watches, each once.
  func followInstructions() async {
    guard let given = try? await incidents.instructions(at: surroundings.ambient.now()) else { return }
    followed.formIntersection(given.map(\.id))
    for instruction in given where !followed.contains(instruction.id) {
      switch instruction.kind {
      case .thaw:
        followed.insert(instruction.id)
        // It is about what fails now: what fails later, and alike, may be the network.
        if massFailures.isFrozen { thaw() }
      case .retry(let name):
        guard leads(name) else { continue }
        followed.insert(instruction.id)
        try? resume(name)
        // Whoever leads it next needn't follow it once more.
        try? await incidents.withdraw(instruction)
      }
    }
  }
}
