import Ambience
import Document
import OrderedCollections
import StackEngine

/// The steps of a handler as a store keeps them: a page of notes for each run of its rung, a line for each step.
///
/// They are written under the lease of the application: whoever has lost that takes no further step.
struct StoredHandlerJournal: HandlerJournal {
  static let book = "handler"

  private let context: RungContext
  private let store: any Journal
  private let lease: Lease?
  private let ambient: Ambient

  init(_ context: RungContext, store: any Journal, lease: Lease?, ambient: Ambient) {
    self.context = context
    self.store = store
    self.lease = lease
    self.ambient = ambient
  }

  func begin(_ step: HandlerStep) async throws -> HandlerStepRecord {
    let lines = try await store.notes(on: NotePage(book: Self.book, page: context.tag))
    guard let line = lines.first(where: { $0.line == step.number }) else {
      try await write(step, nil, isFirst: lines.isEmpty)
      return .new
    }
    let known = HandlerStep(
      number: step.number, name: line.record["name"]?.string ?? "",
      arguments: line.record["arguments"] ?? .null)
    guard known == step else { throw HandlerDiverged(journaled: known, wanted: step) }
    return line.record["result"].map { .done($0) } ?? .interrupted
  }

  func end(_ step: HandlerStep, result: Value) async throws {
    try await write(step, result, isFirst: false)
  }

  private func write(_ step: HandlerStep, _ result: Value?, isFirst: Bool) async throws {
    guard let lease else {
      throw LeaseLost(Lease(stack: IncidentJournal.lease(of: context.application), token: 0))
    }
    var record: OrderedDictionary<String, Value> = [
      "name": .string(step.name), "arguments": step.arguments,
    ]
    record["result"] = result
    var notes = [note(step.number, .map(record))]
    // Nobody needs a page any more but its incident, so it goes when it is as old as incidents that are over.
    if isFirst { notes.append(note(0, ["application": .string(context.application)])) }
    _ = try await store.append(notes.map { JournalEntry.note($0) }, under: lease)
  }

  private func note(_ line: Int, _ record: Value) -> Note {
    Note(
      book: Self.book, page: context.tag, line: line, time: ambient.now(), isSettled: true, record: record)
  }
}

/// What a handler did, as an incident's explanation tells it.
struct HandlerAct {
  let time: Timestamp
  let name: String
  /// Nil for one that was begun, and of which no result is known.
  let result: Value?

  init(_ note: Note) {
    time = note.time
    name = note.record["name"]?.string ?? ""
    result = note.record["result"]
  }
}
