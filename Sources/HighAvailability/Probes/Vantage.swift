/// Places from which a check is asked, of which so many must see it down.
package struct Vantage: Sendable {
  package enum Place: Sendable {
    /// This machine.
    case here
    /// Another machine, such as a guest in the same network.
    case host(RemoteHost)
    case prober(any Prober)
  }

  package var places: [Place]
  /// How many must see it down.
  package var agreeing: Int

  package init(_ places: [Place], agreeing: Int) {
    self.places = places
    self.agreeing = agreeing
  }

  /// Asks from all places at once, and puts together what they see.
  func outcome(
    by world: Supervisor.Surroundings, _ ask: @escaping @Sendable (any Prober) async -> Outcome
  ) async -> Outcome {
    let probers: [any Prober] = places.map { place in
      switch place {
      case .here: world.prober
      case .host(let host): RemoteProber(host, by: world.shell)
      case .prober(let prober): prober
      }
    }
    return await withTaskGroup(of: (Int, Outcome).self) { group in
      for (index, prober) in probers.enumerated() { group.addTask { (index, await ask(prober)) } }
      var outcomes = [Outcome](repeating: .unknown("not asked"), count: probers.count)
      for await (index, outcome) in group { outcomes[index] = outcome }
      return agreed(outcomes)
    }
  }

  /// Down when enough see it down; up when one sees it up; else nobody knows.
  func agreed(_ outcomes: [Outcome]) -> Outcome {
    let reasons = outcomes.compactMap { if case .down(let reason) = $0 { reason } else { nil } }
    if reasons.count >= agreeing, let reason = reasons.first {
      return .down(
        outcomes.count == 1 ? reason : "\(reason), seen from \(reasons.count) of \(outcomes.count) places")
    }
    if outcomes.contains(.up) { return .up }
    if let reason = reasons.first {
      return .unknown("\(reason), but seen from \(reasons.count) of \(outcomes.count) places only")
    }
    return outcomes.first ?? .unknown("there is no place to ask from")
  }
}
