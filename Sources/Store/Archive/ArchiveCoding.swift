import Ambience
import Document
import OrderedCollections
import Secrets
import StackEngine

/// Turns journal entries into the lines of an archive and back.
struct ArchiveCoding {
  private let records: RecordCoding
  /// The digests of the texts that have been written.
  private var written: Set<String> = []
  /// The texts that have been read.
  private let texts = TemplateTexts()

  init(seal: Seal) { records = RecordCoding(seal: seal) }

  /// The lines of an entry: before its own those of the texts that it is the first to name; none for what leaves
  /// nothing in a store.
  mutating func encode(_ entry: JournalEntry) throws -> [Value] {
    var named: [(digest: String, text: String)] = []
    let own = try encode(entry) { named.append(($1, $2)) }
    let new = named.filter { written.insert($0.digest).inserted }
    return new.map { ["text": .string($0.text), "digest": .string($0.digest)] } + (own.map { [$0] } ?? [])
  }

  private func encode(_ entry: JournalEntry, _ keep: RecordCoding.Keep) throws -> Value? {
    switch entry {
    case .stack(let head): ["stack": try records.encode(head, keep)]
    case .resource(let record, let stack): ["resource": try records.encode(record), "of": .string(stack)]
    case .removal, .changeSetRemoval, .snapshotRemoval, .pageRemoval: nil
    case .note(let note):
      [
        "note": [
          "book": .string(note.book), "page": .string(note.page), "line": .integer(Int64(note.line)),
          "time": .integer(note.time.milliseconds), "is_settled": .bool(note.isSettled),
          "record": note.record,
        ]
      ]
    case .changeSet(let record): ["change_set": try records.encode(record, keep)]
    case .snapshot(let record): ["snapshot": try records.encode(record, keep)]
    case .operation(let record): ["operation": try records.encode(record, keep)]
    case .event(let event): ["event": encode(event)]
    case .stepBegan(let scope, let key): ["step": encode(scope, key, nil)]
    case .stepEnded(let scope, let entry):
      if case .done(let result) = entry.record {
        ["step": encode(scope, entry.key, result)]
      } else {
        ["step": encode(scope, entry.key, nil)]
      }
    case .signal(let signal, let logicalID, let stack, let time):
      [
        "signal": [
          "stack": .string(stack), "logical_id": .string(logicalID), "id": .string(signal.id),
          "is_success": .bool(signal.isSuccess), "reason": .string(signal.reason),
          "data": .string(signal.data), "time": .integer(time.milliseconds),
        ]
      ]
    }
  }

  private func encode(_ event: Event) -> Value {
    var value: OrderedDictionary<String, Value> = [
      "stack": .string(event.stack.id), "name": .string(event.stack.name),
      "sequence": .integer(Int64(event.sequence)), "time": .integer(event.time.milliseconds),
      "logical_id": event.logicalID.map { .string($0) } ?? .null,
      "physical_id": event.physicalID.map { .string($0) } ?? .null, "type": .string(event.type),
      "status": .string(event.status), "reason": .string(event.reason),
    ]
    if let operation = event.operation { value["operation"] = .string(operation) }
    if !event.causes.isEmpty { value["causes"] = records.encode(event.causes) }
    return .map(value)
  }

  private func encode(_ scope: StepScope, _ key: String, _ result: Value?) -> Value {
    var step: OrderedDictionary<String, Value> = [
      "operation": .string(scope.operation), "physical_name": .string(scope.physicalName),
      "verb": .string(scope.verb), "key": .string(key),
    ]
    if let result { step["result"] = result }
    return .map(step)
  }

  // MARK: - Reading

  /// The entry of a line; nil for a text, which the lines after it name.
  func entry(_ line: Value) throws -> JournalEntry? {
    if line["text"] != nil {
      texts.add(try text(line, "digest"), try text(line, "text"))
      return nil
    }
    if let value = line["stack"] { return .stack(try records.head(value, texts)) }
    if let value = line["resource"] {
      return .resource(try records.resource(value), stack: try text(line, "of"))
    }
    if let value = line["operation"] { return .operation(try records.operation(value, texts)) }
    if let value = line["change_set"] { return .changeSet(try records.changeSet(value, texts)) }
    if let value = line["snapshot"] { return .snapshot(try records.snapshot(value, texts)) }
    if let value = line["note"] { return .note(try note(value)) }
    if let value = line["event"] { return .event(try event(value)) }
    if let value = line["step"] { return try step(value) }
    if let value = line["signal"] { return try signal(value) }
    throw RecordCoding.Malformed(field: "kind")
  }

  private func event(_ value: Value) throws -> Event {
    Event(
      sequence: Int(try integer(value, "sequence")),
      time: Timestamp(milliseconds: try integer(value, "time")),
      stack: StackIdentity(name: try text(value, "name"), id: try text(value, "stack")),
      logicalID: value["logical_id"]?.string, physicalID: value["physical_id"]?.string,
      type: try text(value, "type"), status: try text(value, "status"), reason: try text(value, "reason"),
      operation: value["operation"]?.string, causes: try value["causes"].map(records.causes) ?? [])
  }

  private func note(_ value: Value) throws -> Note {
    Note(
      book: try text(value, "book"), page: try text(value, "page"), line: Int(try integer(value, "line")),
      time: Timestamp(milliseconds: try integer(value, "time")),
      isSettled: value["is_settled"]?.bool ?? false,
      record: value["record"] ?? .null)
  }

  private func step(_ value: Value) throws -> JournalEntry {
    let scope = StepScope(
      operation: try text(value, "operation"), physicalName: try text(value, "physical_name"),
      verb: try text(value, "verb"))
    let key = try text(value, "key")
    guard let result = value["result"] else { return .stepBegan(scope, key: key) }
    return .stepEnded(scope, StepEntry(key: key, record: .done(result)))
  }

  private func signal(_ value: Value) throws -> JournalEntry {
    .signal(
      Signal(
        id: try text(value, "id"), isSuccess: value["is_success"]?.bool ?? false,
        reason: try text(value, "reason"), data: try text(value, "data")),
      logicalID: try text(value, "logical_id"), stack: try text(value, "stack"),
      time: Timestamp(milliseconds: try integer(value, "time")))
  }

  private func text(_ value: Value, _ field: String) throws -> String {
    guard let text = value[field]?.string else { throw RecordCoding.Malformed(field: field) }
    return text
  }

  private func integer(_ value: Value, _ field: String) throws -> Int64 {
    guard let number = value[field]?.integer else { throw RecordCoding.Malformed(field: field) }
    return number
  }
}
