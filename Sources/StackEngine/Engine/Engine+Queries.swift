import Ambience
package import Document
package import OrderedCollections
package import Templates

extension Engine {
  /// The stacks that there are, oldest first; without those that are resources of others unless asked for.
  ///
  /// Where tags are given, only those that have all of them; an empty value stands for any.
  package func list(
    includingDeleted: Bool = false, includingNested: Bool = false, tagged tags: Tags = [:]
  ) async throws -> [StackHead] {
    try await journal.stacks(includingDeleted: includingDeleted).filter {
      (includingNested || $0.parent == nil) && $0.blueprint.tags.have(tags)
    }
  }

  /// A stack with its resources and outputs, by name.
  package func describe(_ name: String) async throws -> StackRecord {
    if let stack = try await journal.stack(named: name) { return stack }
    throw try await noSuchStack(name)
  }

  /// A stack without its resources, by name.
  package func head(of name: String) async throws -> StackHead {
    if let head = try await journal.head(named: name) { return head }
    throw try await noSuchStack(name)
  }

  /// A resource of a stack, which may have none of that name, with the stack itself; without reading its others.
  package func resource(
    _ logicalID: String, of name: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?) {
    if let found = try await journal.resource(logicalID, ofStackNamed: name) { return found }
    throw try await noSuchStack(name)
  }

  private func noSuchStack(_ name: String) async throws -> EngineError {
    let names = try await journal.summaries(includingDeleted: false).map(\.identity.name)
    return EngineError(
      .noSuchStack, "there is no stack \(name)",
      hint: nearest(to: name, among: names).map { "did you mean \($0)?" })
  }

  package func resources(of name: String) async throws -> [ResourceRecord] {
    Array(try await describe(name).resources.values)
  }

  /// The outputs of a stack as its last successful operation left them.
  package func outputs(of name: String) async throws -> OrderedDictionary<String, OutputRecord> {
    try await head(of: name).outputs
  }

  /// The operations that a stack has seen, oldest first.
  package func operations(of name: String) async throws -> [OperationRecord] {
    try await journal.operations(of: head(of: name).identity.id)
  }

  /// The template that a stack was last to be made into, read again with its files and its environment.
  package func template(of name: String) async throws -> Template {
    try Language.template(of: await head(of: name).blueprint, reader)
  }

  /// The values that a template's parameters get: those given, and for the rest what the stack was given, if it is
  /// there.
  package func parameters(
    of name: String, for template: Template, given: OrderedDictionary<String, Value>
  ) async throws -> OrderedDictionary<String, Value> {
    let stack = try await journal.stack(named: name)
    let kept = stack.flatMap { $0.isRolledBackToNothing ? nil : $0.head.blueprint.parameters.values } ?? [:]
    return kept.filter { template.parameters[$0.key] != nil }.merging(given) { $1 }
  }

  // MARK: - Events

  /// The events of a stack whose sequence number is above `since`, in order.
  package func events(of name: String, since: Int = 0, limit: Int = 100_000) async throws -> [Event] {
    try await journal.events(of: head(of: name).identity.id, since: since, limit: limit)
  }

  /// The events of a stack above `since`, and then each as it happens, also in other processes.
  ///
  /// It ends when the stack is deleted, or when the reader's task is cancelled.
  package func follow(_ name: String, since: Int = 0) async throws -> AsyncThrowingStream<Event, any Error> {
    let reader = EventReader(engine: self, stack: try await head(of: name).identity.id, since: since)
    return AsyncThrowingStream { try await reader.next() }
  }

  /// Keeps an event that isn't a resource's own change of status, such as a decision of HA's.
  ///
  /// Its status is `HA_` and a verb, or the like.
  @discardableResult
  package func record(
    _ status: String, reason: String, on logicalID: String? = nil, of name: String
  ) async throws -> Event {
    let (stack, resource) = try await found(logicalID, of: name)
    let event = Event(
      sequence: 0, time: ambient.now(), stack: stack.identity, logicalID: logicalID,
      physicalID: resource?.physical?.id, type: resource?.type ?? stackType, status: status,
      reason: reason)
    let kept = try await journal.append([.event(event)])
    running[stack.identity.id]?.operation.tell(kept)
    await bells.ring(stack.identity.id)
    return kept.first ?? event
  }

  private func found(
    _ logicalID: String?, of name: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?) {
    if let logicalID { return try await resource(logicalID, of: name) }
    return (try await head(of: name), nil)
  }

  func noSuchResource(_ logicalID: String, in stack: StackRecord) -> EngineError {
    EngineError(
      .noSuchResource, "\(stack.identity.name) has no resource \(logicalID)",
      hint: nearest(to: logicalID, among: stack.resources.keys).map { "did you mean \($0)?" })
  }
}

/// The type that a stack's own events carry.
package let stackType = "AWS::CloudFormation::Stack"

/// Reads a stack's events one after the other, waiting for more.
private actor EventReader {
  private let engine: Engine
  private let stack: String
  private var last: Int
  private var pending: ArraySlice<Event> = []

  init(engine: Engine, stack: String, since: Int) {
    self.engine = engine
    self.stack = stack
    last = since
  }

  func next() async throws -> Event? {
    await engine.bells.listen(to: engine.journal)
    while pending.isEmpty {
      let rings = await engine.bells.count(stack)
      // Asked before the events are: what ends the stack is told by one of them.
      let isOver = try await engine.journal.head(id: stack)?.status == .deleteComplete
      pending = try await engine.journal.events(of: stack, since: last, limit: 1000)[...]
      if pending.isEmpty {
        if isOver { return nil }
        try await engine.bells.wait(stack, after: rings, looking: .seconds(1), engine.ambient)
      }
    }
    let event = pending.removeFirst()
    last = event.sequence
    return event
  }
}
