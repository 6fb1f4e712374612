import EmbeddedCloud
import HighAvailability
import StackEngine

extension HealingSketch {
  /// Makes applications parts of their servers and of their stacks, which have ladders of their own, lets servers depend on
  /// others, and lets ladders replace more or less than what depends on a server.
  ///
  /// It is drawn last and from lots of its own, so that all else is as it would be without.
  mutating func drawFamilies(_ lots: Lots, _ terms: HealingTerms) {
    for index in stacks.indices {
      drawDependencies(index, lots)
      let stack = stacks[index]
      let site = lots.isDrawn(0.7) ? "\(stack.name)-site" : nil
      for server in stack.servers {
        drawServer(Target(stack: stack.name, logicalID: server), of: site, lots, terms)
      }
      guard let site else { continue }
      var policy = ApplicationPolicy(
        name: site, target: Target(stack: stack.name, logicalID: ""), checks: [],
        ladder: terms.siteLadder(lots))
      policy.relations.scope = .stack
      policies.append(policy)
    }
    let kin = Kinship(policies)
    for index in policies.indices {
      let isAlone = policies[index].relations.parent == nil && kin.parts(of: policies[index].name).isEmpty
      policies[index].ladder.drawStrategies(lots, isAlone: isAlone)
    }
  }

  private mutating func drawDependencies(_ index: Int, _ lots: Lots) {
    let servers = stacks[index].servers
    for (server, earlier) in zip(servers.dropFirst(), servers.indices) where lots.isDrawn(0.3) {
      stacks[index].needs[server] = servers[lots.below(earlier + 1)]
    }
  }

  /// Lets a server with all applications on it be an application, too, or these be parts of the stack at once.
  private mutating func drawServer(
    _ target: Target, of site: String?, _ lots: Lots, _ terms: HealingTerms
  ) {
    let server = lots.isDrawn(0.5) ? "\(target.stack)-\(target.logicalID)-server" : nil
    for index in policies.indices where policies[index].target == target {
      policies[index].relations.parent = server ?? site
      if lots.isDrawn(0.3) { policies[index].relations.scope = .service }
      let gentle = policies[index].ladder.rungs.filter { ($0.action.remedy ?? .replace) <= .softReboot }
      if lots.isDrawn(0.7), !gentle.isEmpty { policies[index].ladder.rungs = gentle }
    }
    guard let server else { return }
    var policy = ApplicationPolicy(
      name: server, target: target, checks: [], ladder: terms.serverLadder(lots))
    policy.relations.scope = .server
    policy.relations.parent = site
    policies.append(policy)
  }
}

extension HealingTerms {
  fileprivate func serverLadder(_ lots: Lots) -> Ladder {
    var rungs: [Rung] = []
    if lots.isDrawn(0.4) { rungs.append(rung(.softReboot, 2, lots)) }
    if lots.isDrawn(0.6) { rungs.append(rung(.hardReboot, 2, lots)) }
    if lots.isDrawn(0.3) { rungs.append(rung(.rebuild, 1, lots)) }
    if rungs.isEmpty || lots.isDrawn(0.3) { rungs.append(rung(.replace(), 2, lots)) }
    return Ladder(rungs)
  }

  fileprivate func siteLadder(_ lots: Lots) -> Ladder {
    let notice = lots.isDrawn(0.3) ? [rung(.notify("operator"), 1, lots)] : []
    return Ladder(notice + [rung(.replace(), 2, lots)])
  }
}

extension Ladder {
  /// Draws how much is replaced; what belongs to no family can't replace all of it.
  fileprivate mutating func drawStrategies(_ lots: Lots, isAlone: Bool) {
    for index in rungs.indices {
      guard case .replace = rungs[index].action else { continue }
      let all = Replacement.Strategy.allCases.filter { !isAlone || $0 != .oneForAll }
      rungs[index].action = .replace(Replacement(lots.pick(all) ?? .restForOne))
    }
  }
}
