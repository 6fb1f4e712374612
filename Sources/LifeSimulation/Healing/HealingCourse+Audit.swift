import Ambience
import EmbeddedCloud
import HighAvailability
import OpenStack
import OrderedCollections
import Simulation
import StackEngine

extension HealingCourse {
  /// Gathers what the journal and the cloud say, and holds it all to the rules.
  func audit() async {
    var history = chronicle.history
    for head in await store.stacks(includingDeleted: true) {
      guard let stack = await store.stack(id: head.identity.id) else { continue }
      for record in await store.operations(of: stack.identity.id) {
        if record.isUnfinished {
          let what = "\(record.kind) of \(record.target ?? "all") of \(stack.identity.name)"
          violate("the operation \(record.id), \(what), is \(record.phase) for ever")
        }
        let target = HighAvailability.Target(stack: stack.identity.name, logicalID: record.target ?? "")
        history.stories.append(await story(record, history.names[target] ?? [:]))
      }
    }
    let journal = IncidentJournal(store)
    do {
      for incident in try await journal.incidents().reversed() {
        history.incidents.append(try await journal.incident(incident.id))
      }
    } catch {
      violate("incidents can't be read: \(Self.sentence(error))")
    }
    for (server, requests) in await cloud.actionRequests() { history.lists[server] = requests }
    await checkOrphans()
    for violation in HealingAudit(history: history).violations { violate(violation) }
    summarize(history)
    letGo()
  }

  private func story(_ record: OperationRecord, _ names: [String: String]) async -> HealingHistory.Story {
    var story = HealingHistory.Story(record: record)
    guard let action = record.action else { return story }
    for (name, server) in names {
      let scope = StepScope(operation: record.id, physicalName: name, verb: action.name)
      for entry in await store.steps(of: scope) {
        story.requests[entry.key] = entry.record
        story.server = server
      }
    }
    return story
  }

  /// Looks for servers that no stack has.
  private func checkOrphans() async {
    var stacks: [StackRecord] = []
    for head in await store.stacks(includingDeleted: false) {
      if let stack = await store.stack(id: head.identity.id) { stacks.append(stack) }
    }
    let accounts = Accounts(stacks)
    for holding in await cloud.holdings() where holding.kind == .server && holding.text("status") != "DELETED"
    {
      if !accounts.accounts(for: holding) { violate("orphan: server \(holding.id) \(holding.text("name"))") }
    }
  }

  private func summarize(_ history: HealingHistory) {
    report.applications = sketch.policies.count
    report.faults = chronicle.faults
    report.probes = chronicle.probes
    report.incidents = history.incidents.count
    report.actions = history.acts.count { $0.hasEffect }
    report.span = ambient.uptime()
    for (incident, _) in history.incidents { report.states[incident.state.rawValue, default: 0] += 1 }
    if sketch.faults == [.crash] { report.overheads = history.overheads }
    report.trace = surroundings.isTraced ? world.notes : []
  }
}

extension HealingHistory {
  /// How much longer than it had to outages lasted that the first action ended, as a share of each.
  ///
  /// An outage that the ladder had nothing left for waits for a person: it isn't counted.
  var overheads: [Double] {
    outages.compactMap { outage -> Double? in
      let apps = policies.filter { $0.target == outage.target }
      guard outage.isPlain, apps.count == 1, let policy = apps.first, policy.checks.count == 1,
        let check = policy.checks.first,
        case .inARow(let fall) = check.rules.fall,
        let end = recoveries.first(where: { $0.application == policy.name && $0.time > outage.time })?.time
      else { return nil }
      // Others may have been in the way.
      let span = Span(from: outage.time - .seconds(120), to: end)
      let isAlone = outages.count { span.covers($0.time) } == 1
      let own = acts.filter { $0.target.stack == outage.target.stack && span.covers($0.span.from) }
      guard isAlone, own.count == 1, let act = own.first, let acted = act.span.to,
        act.span.from > outage.time,
        turns.allSatisfy({ $0.incident != act.incident || $0.kind == .recovered })
      else { return nil }
      let needed = check.every * (fall + check.rise) + (acted - act.span.from)
      return (end - outage.time - needed) / (end - outage.time)
    }
  }
}
