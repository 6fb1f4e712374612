import Ambience
import EmbeddedCloud
import HighAvailability
import OpenStack
import StackEngine

extension HealingCourse {
  /// How long it may take, without faults, until every application is up or given up.
  private static let patience = Duration.seconds(8 * 3600)

  /// Ends all that goes wrong, but for what can't be healed.
  func calm() async {
    note("== calm")
    isCalm = true
    for machine in machines {
      machine.set(weather: .calm)
      for service in ["compute", "identity"] { machine.join(service) }
      machine.process?.gate.fillDisk(false)
      machine.process?.gate.die(after: .max, keepsLast: true)
    }
    await cloud.removeFaults()
    for target in targets { await tidy(target) }
    await mendStacks()
  }

  /// A person starts a server that was stopped.
  private func tidy(_ target: HighAvailability.Target) async {
    guard let person, let id = await patients.server(of: target)?.id else { return }
    let servers = person.client.compute.servers
    guard let server = try? await servers.getIfPresent(id) else { return }
    if server.status == "SHUTOFF" { try? await servers.start(id) }
  }

  /// A person finishes what was begun, and has stacks put right that a failed operation has left.
  private func mendStacks() async {
    guard let person else { return }
    for stack in sketch.stacks {
      guard let record = try? await person.engine.describe(stack.name),
        record.status.rawValue.hasSuffix("_FAILED")
      else { continue }
      note("a person puts the stack \(stack.name) right, which is \(record.status.rawValue)")
      do { _ = try await person.engine.retry(stack.name).result() } catch {
        note("refused: \(Self.sentence(error))")
      }
    }
  }

  /// Waits until nothing is left to do, and plays the person whom supervisors call.
  func settle() async {
    let end = ambient.uptime() + Self.patience
    // How often each was tried again, for the same parts of it.
    var resumed: [Set<String>: Int] = [:]
    var round = 0
    while ambient.uptime() < end {
      let states = await states()
      if await isSettled(states) { break }
      round += 1
      if round % 20 == 10 { await thaw() }
      if round % 20 == 15 { await mendStacks() }
      for (name, state) in states.sorted(by: { $0.key < $1.key }) where state == .gaveUp || state == .held {
        let patient = lost(of: name, states).union([name])
        if resumed[patient, default: 0] < 4, await isWorthTrying(name, states) {
          resumed[patient, default: 0] += 1
          await resume(name)
        }
      }
      try? await ambient.sleep(.seconds(20))
    }
    let states = await states()
    for policy in sketch.policies {
      let ending = HealingHistory.Ending(
        application: policy.name, isUp: await isWell(policy), isThere: await isThere(policy),
        isCurable: await isCurable(policy.name), state: states[policy.name])
      chronicle.change { $0.endings.append(ending) }
    }
  }

  private func isSettled(_ states: [String: ApplicationStatus.State]) async -> Bool {
    for policy in sketch.policies {
      let isCurable = await isCurable(policy.name)
      if await !isThere(policy) {
        if states[policy.name] != nil, !policy.checks.isEmpty { return false }
        continue
      }
      switch states[policy.name] {
      case .up: guard await isWell(policy) else { return false }
      case .gaveUp, .held: if isCurable { return false }
      default: return false
      }
    }
    return await store.unfinishedOperations().isEmpty
  }

  /// An application itself, or those that it has for its parts.
  private func asked(_ policy: ApplicationPolicy) -> [ApplicationPolicy] {
    guard policy.checks.isEmpty else { return [policy] }
    let parts = kin.descendants(of: policy.name)
    return sketch.policies.filter { !$0.checks.isEmpty && parts.contains($0.name) }
  }

  private func isThere(_ policy: ApplicationPolicy) async -> Bool {
    for own in asked(policy) where await patients.record(of: own.target) != nil { return true }
    return false
  }

  private func isWell(_ policy: ApplicationPolicy) async -> Bool {
    for own in asked(policy) where await patients.record(of: own.target) != nil {
      if await !patients.isWell(own.target) { return false }
    }
    return await isThere(policy)
  }

  /// All that may be done for an application: by its own ladder, and by those of what it is a part of.
  func rungs(for policy: ApplicationPolicy) -> [Rung] {
    let above = kin.ancestors(of: policy.name)
    return policy.ladder.rungs + sketch.policies.filter { above.contains($0.name) }.flatMap(\.ladder.rungs)
  }

  /// The parts of an application that have given up.
  private func lost(of name: String, _ states: [String: ApplicationStatus.State]) -> Set<String> {
    Set(kin.parts(of: name).filter { states[$0] == .gaveUp || states[$0] == .held })
  }

  /// Whether another try could heal an application, or something in a part of it that has given up.
  private func isWorthTrying(_ name: String, _ states: [String: ApplicationStatus.State]) async -> Bool {
    guard let policy = sketch.policies.first(where: { $0.name == name }), policy.checks.isEmpty else {
      return await isCurable(name)
    }
    let ladder = Ladder(rungs(for: policy))
    let lost = lost(of: name, states)
    for part in sketch.policies where lost.contains(part.name) {
      for own in asked(part) where await patients.record(of: own.target) != nil {
        if await !patients.isWell(own.target), await isCurable(own.target, by: ladder) { return true }
      }
    }
    return false
  }

  /// Whether what ails an application, or all parts of it that aren't well, is something that ladders can heal.
  func isCurable(_ name: String) async -> Bool {
    guard let policy = sketch.policies.first(where: { $0.name == name }) else { return false }
    let ladder = Ladder(rungs(for: policy))
    guard policy.checks.isEmpty else { return await isCurable(policy.target, by: ladder) }
    for own in asked(policy) where await patients.record(of: own.target) != nil {
      let isWell = await patients.isWell(own.target)
      if !isWell, await !isCurable(own.target, by: ladder) { return false }
    }
    return true
  }

  private func isCurable(_ target: HighAvailability.Target, by ladder: Ladder) async -> Bool {
    guard !patients.isIncurable(target), let server = await patients.server(of: target),
      let strength = ladder.strength
    else { return false }
    let holding = await cloud.holdings().first { $0.kind == .server && $0.id == server.id }
    guard let holding else { return strength == .replace }
    // What Nova itself is stuck with is healed by no guest.
    let actions = ladder.rungs.map(\.action)
    let isFreed =
      switch (holding.text("status"), await cloud.release(of: server.id)) {
      case (_, .deletion?): strength == .replace
      case ("ACTIVE", nil): true
      case ("ERROR", nil): strength >= .hardReboot
      default: actions.contains(where: \.pullsPlug) || strength == .replace
      }
    guard isFreed else { return false }
    return await cloud.remedy(for: server.id).map { $0 <= strength } ?? true
  }

  private func resume(_ name: String) async {
    let now = ambient.uptime()
    for machine in machines {
      guard let process = machine.process, !process.gate.isDead else { continue }
      note("a person has \(name) tried again")
      try? await process.supervisor.resume(name)
    }
    chronicle.change { $0.resumed[name, default: []].append(now) }
  }
}
