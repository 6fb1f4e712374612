import Document
import OrderedCollections

extension OperationRun {
  /// Performs an action on a resource.
  func act() async throws {
    guard let action = record.action, let target = record.target, var resource = current[target],
      let physical = resource.physical, let type = catalog[resource.type] as? any ActionableResource
    else {
      end(.failed, "there is nothing to act on")
      try await ledger.keep([.operation(record)])
      throw EngineError(.notActionable, "\(record.target ?? "it") of \(record.stack.name) can't be acted on")
    }
    let verb = action.name.uppercased()
    try await ledger.keep([
      .operation(record), .event(event(of: resource, verb + "_IN_PROGRESS", record.reason)),
    ])
    let call = call(for: resource, previous: resource.properties, verb: action.name, isFresh: false)
    do {
      resource.physical = try await untilCancelled { try await type.perform(action, on: physical, call) }
    } catch {
      if let loss = ledger.loss { throw loss }
      let isGone = try await markIfGone(resource, type, call, after: error)
      end(.failed, isGone ? ResourceRecord.goneFromCloud : sentence(of: error))
      let causes = await causes(of: error, call, action.name)
      try await ledger.keep([
        .operation(record), .event(event(of: resource, verb + "_FAILED", record.reason, causes)),
      ])
      throw EngineError(
        error is CancellationError ? .cancelled : isGone ? .notActionable : .operationFailed,
        "\(target) of \(record.stack.name): \(record.reason)", cause: error)
    }
    end(.succeeded, record.reason)
    var entries: [JournalEntry] = [.operation(record)]
    if resource.physical != physical {
      head.outputs = await outputs(with: resource)
      entries.append(.stack(head))
    }
    let told = event(of: resource, verb + "_COMPLETE", "")
    try await keep(resource, event: told, with: entries)
  }

  /// The outputs, as the resources are now that one of them is another; those of before where the template can't say.
  private func outputs(with resource: ResourceRecord) async -> OrderedDictionary<String, OutputRecord> {
    do {
      let stack = try await ledger.journal.stack(id: record.stack.id)
      current = ResourceTable(stack?.resources.values.elements ?? [], by: .logicalID)
      current[resource.logicalID] = resource
      scope.elsewhere = try await Elsewhere(ledger.journal)
      let template = try Language.template(of: head.blueprint, reader)
      let given = head.blueprint.parameters.values
      try await setParameters(of: template, given: given)
      for resource in current.values {
        if let physical = resource.physical { scope.resources[resource.logicalID] = .all(physical) }
      }
      return try await outputs(of: Language.form(of: template, given: given))
    } catch {
      return head.outputs
    }
  }

  private func untilCancelled(
    _ body: @escaping @Sendable () async throws -> PhysicalResource
  ) async throws -> PhysicalResource {
    try await withThrowingTaskGroup(of: PhysicalResource.self) { group in
      group.addTask { try await body() }
      group.addTask { [cancellation] in
        await cancellation.wait()
        throw CancellationError()
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() else { throw CancellationError() }
      return first
    }
  }
}
