import Document
import OrderedCollections
import StackEngine

extension RecordCoding {
  func encode(_ record: ChangeSetRecord, _ keep: Keep) throws -> Value {
    [
      "id": .string(record.id), "name": .string(record.name), "kind": .string(record.kind.rawValue),
      "stackName": .string(record.stack.name), "stack": .string(record.stack.id),
      "revision": .integer(Int64(record.revision)),
      "goal": try encode(record.goal, of: record.stack.id, keep),
      "description": optional(record.description), "created": encode(record.created),
      "imports": .map(
        OrderedDictionary(uniqueKeysWithValues: record.imports.map { ($0, .string($1)) })),
      "policy": record.policy?.document ?? .null, "refreshes": .bool(record.refreshes),
      "shown": record.shown, "lines": .list(record.lines.map { .string($0) }),
    ]
  }

  func changeSet(_ value: Value, _ texts: TemplateTexts) throws -> ChangeSetRecord {
    let stack = StackIdentity(name: try text(value, "stackName"), id: try text(value, "stack"))
    var record = ChangeSetRecord(
      id: try text(value, "id"), name: try text(value, "name"), kind: try name(value, "kind"),
      stack: stack, revision: Int(try integer(value, "revision")),
      goal: try blueprint(value["goal"] ?? .null, of: stack.id, texts),
      description: value["description"]?.string, created: try time(value, "created"))
    for (id, physicalID) in value["imports"]?.map ?? [:] { record.imports[id] = physicalID.string }
    record.policy = try policy(value["policy"])
    record.refreshes = value["refreshes"]?.bool ?? false
    record.shown = value["shown"] ?? .null
    record.lines = (value["lines"]?.list ?? []).compactMap(\.string)
    return record
  }
}
