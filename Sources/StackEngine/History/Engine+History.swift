import Ambience
import Document

extension Engine {
  /// Every operation of the stacks that have or had a name, oldest first.
  package func history(of name: String) async throws -> [HistoryEntry] {
    var entries: [HistoryEntry] = []
    for head in try await lives(of: name) {
      let operations = try await journal.operations(of: head.identity.id)
      let events = try await allEvents(of: head.identity.id)
      let parts = OperationEvents(operations, events)
      for operation in operations {
        entries.append(HistoryEntry(entries.count + 1, operation, events: parts[operation]))
      }
    }
    return entries
  }

  /// One operation of a stack, by its number in the history or the beginning of its id; the last when none is named.
  package func historyEntry(_ wanted: String?, of name: String) async throws -> HistoryEntry {
    let entries = try await history(of: name)
    return try entry(wanted, in: entries, of: name)
  }

  func entry(_ wanted: String?, in entries: [HistoryEntry], of name: String) throws -> HistoryEntry {
    guard let wanted else {
      if let last = entries.last { return last }
      throw EngineError(.noOperation, "\(name) has seen no operation")
    }
    if let number = Int(wanted), let entry = entries.first(where: { $0.number == number }) { return entry }
    let found = wanted.count < 4 ? [] : entries.filter { $0.operation.id.hasPrefix(wanted) }
    if found.count == 1 { return found[0] }
    throw EngineError(
      .noOperation,
      found.isEmpty
        ? "\(name) has seen no operation \(wanted)" : "\(found.count) operations' ids begin with \(wanted)",
      hint: "name one by its number in the history, 1 to \(entries.count), or by its id")
  }

  /// The events of one operation.
  package func events(of entry: HistoryEntry) async throws -> [Event] {
    let id = entry.operation.stack.id
    let operations = try await journal.operations(of: id)
    return OperationEvents(operations, try await allEvents(of: id))[entry.operation]
  }

  /// The stacks that have had a name, oldest first; the last may still be there.
  func lives(of name: String) async throws -> [StackHead] {
    let heads = try await journal.stacks(includingDeleted: true)
    let lives = heads.filter { $0.identity.name == name }
    if !lives.isEmpty { return lives }
    throw EngineError(
      .noSuchStack, "there is no stack \(name), and there was none",
      hint: nearest(to: name, among: heads.map(\.identity.name)).map { "did you mean \($0)?" })
  }

  /// All events of a stack by its id, also of one that is deleted.
  func allEvents(of stack: String) async throws -> [Event] {
    let page = 10_000
    var events: [Event] = []
    while true {
      let more = try await journal.events(of: stack, since: events.last?.sequence ?? 0, limit: page)
      events += more
      if more.count < page { return events }
    }
  }
}

/// The events of a stack, told apart by the operations that they are part of.
struct OperationEvents {
  private var parts: [String: [Event]] = [:]

  /// Events of older stores don't say their operation: the one that was in progress then has them.
  init(_ operations: [OperationRecord], _ events: [Event]) {
    let named = Set(events.compactMap(\.operation))
    let others = operations.filter { !named.contains($0.id) }
    for event in events {
      let operation =
        event.operation
        ?? others.last { $0.started <= event.time && event.time <= $0.ended ?? event.time }?.id
      if let operation { parts[operation, default: []].append(event) }
    }
  }

  subscript(_ operation: OperationRecord) -> [Event] { parts[operation.id] ?? [] }
}
