import Document
import OrderedCollections
import Templates

extension Engine {
  /// Asks the cloud how a stack's resources differ from what the stack last made them; changes nothing.
  ///
  /// A stack inside is told resource by resource under its own, as `Group/0`. What can't be asked for is told too.
  package func drift(of name: String) async throws -> [ResourceDrift] {
    let stack = try await describe(name)
    var found: [ResourceDrift] = []
    for (resource, seen) in await observations(of: stack) {
      if let inner = resource.physical?.nestedStack, case .unasked = seen {
        found += (try? await drift(of: inner))?.map { $0.within(resource.logicalID) } ?? []
      } else {
        found.append(drift(of: resource, seen))
      }
    }
    return found
  }

  /// A stack as the cloud has it: with the properties of now, and with what is gone or broken as such.
  func refreshed(_ stack: StackRecord) async -> (stack: StackRecord, changed: [ResourceRecord]) {
    var result = stack
    var changed: [ResourceRecord] = []
    for (resource, seen) in await observations(of: stack) {
      var now = resource
      guard case .seen(let observation) = seen else {
        guard let drifted = await driftInside(resource) else { continue }
        (now.status, now.reason) = (.checkFailed, drifted)
        result.resources[now.logicalID] = now
        changed.append(now)
        continue
      }
      switch observation.condition {
      case .gone: (now.status, now.reason) = (.checkFailed, ResourceRecord.goneFromCloud)
      case .unsound(let sentence): (now.status, now.reason) = (.checkFailed, sentence)
      case .sound:
        for (property, value) in observation.properties { now.properties.values[property] = value }
      }
      guard now != resource else { continue }
      result.resources[now.logicalID] = now
      changed.append(now)
    }
    return (result, changed)
  }

  /// What has drifted in the stack that a resource is; nil for nothing.
  func driftInside(_ resource: ResourceRecord) async -> String? {
    guard let name = resource.physical?.nestedStack, let drift = try? await drift(of: name) else {
      return nil
    }
    let drifted = drift.filter {
      [.modified, .deleted].contains($0.state) || !$0.reason.isEmpty && $0.state == .inSync
    }
    if drifted.isEmpty { return nil }
    return drifted.map { "\($0.logicalID) is \($0.state.rawValue)" }.joined(separator: ", ") + " inside"
  }

  enum Seen: Sendable {
    case seen(Observation)
    /// The type can't ask.
    case unasked
    case failed(String)
  }

  /// What the cloud says of each resource, in the stack's order, so many asked at once as steps are taken.
  func observations(of stack: StackRecord) async -> [(ResourceRecord, Seen)] {
    let resources = Array(stack.resources.values)
    var found: [Seen] = Array(repeating: .unasked, count: resources.count)
    await withTaskGroup(of: (Int, Seen).self) { group in
      var next = 0
      func add() {
        guard next < resources.count else { return }
        let index = next
        next += 1
        group.addTask { [self] in (index, await observe(resources[index], stack.identity)) }
      }
      for _ in 0..<min(surroundings.concurrency, resources.count) { add() }
      for await (index, seen) in group {
        found[index] = seen
        add()
      }
    }
    return Array(zip(resources, found))
  }

  private func observe(_ resource: ResourceRecord, _ stack: StackIdentity) async -> Seen {
    guard let physical = resource.physical, resource.status.isUsable || resource.status == .checkFailed else {
      return .failed("it is \(resource.status.rawValue)")
    }
    do {
      let type = try catalog.type(of: resource)
      var call = ResourceCall(
        stack: stack, logicalID: resource.logicalID, properties: resource.properties,
        metadata: resource.metadata, physicalName: resource.physicalName, ambient: ambient,
        journal: NoSteps(),
        signals: StackSignals(
          stack: stack.id, journal: journal, bells: bells, ambient: ambient))
      call.stackTags = resource.tags
      return try await type.observe(physical, call).map { .seen($0) } ?? .unasked
    } catch {
      return .failed(sentence(of: error))
    }
  }

  func drift(of resource: ResourceRecord, _ seen: Seen) -> ResourceDrift {
    func found(_ state: ResourceDrift.State, _ changes: [Change] = [], _ reason: String = "") -> ResourceDrift
    {
      ResourceDrift(
        logicalID: resource.logicalID, type: resource.type, physicalID: resource.physical?.id, state: state,
        changes: changes, reason: reason)
    }
    switch seen {
    case .unasked: return found(.notChecked, [], "a \(resource.type) can't be asked for")
    case .failed(let sentence): return found(.notChecked, [], sentence)
    case .seen(let observation):
      if observation.condition == .gone { return found(.deleted) }
      var reason = ""
      if case .unsound(let sentence) = observation.condition { reason = sentence }
      let changes = observation.properties.compactMap { name, value -> Change? in
        let wanted = resource.properties[name]
        if wanted == value { return nil }
        if resource.properties.secretNames.contains(name) {
          return Change(name, before: .secret, after: .secret)
        }
        return Change(name, before: wanted.map { .value($0) } ?? .absent, after: .value(value))
      }
      return found(changes.isEmpty ? .inSync : .modified, changes, reason)
    }
  }
}

extension ResourceDrift {
  /// The same, told as a part of what a resource of another stack is.
  fileprivate func within(_ outer: String) -> ResourceDrift {
    ResourceDrift(
      logicalID: "\(outer)/\(logicalID)", type: type, physicalID: physicalID, state: state, changes: changes,
      reason: reason)
  }
}

/// The journal of a call that changes nothing.
struct NoSteps: StepJournal {
  func begin(_ key: String) async throws -> StepRecord {
    throw EngineError(.operationFailed, "what only looks can't take the step \(key)")
  }
  func end(_ key: String, result: Value) async throws {}
  func entries() async throws -> [StepEntry] { [] }
}
