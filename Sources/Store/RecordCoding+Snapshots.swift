import Document
import OrderedCollections
import StackEngine

extension RecordCoding {
  func encode(_ record: SnapshotRecord, _ keep: Keep) throws -> Value {
    [
      "id": .string(record.id), "name": .string(record.name), "stackName": .string(record.stack.name),
      "stack": .string(record.stack.id), "operation": .string(record.operation),
      "status": .string(record.status.rawValue), "reason": .string(record.reason),
      "created": encode(record.created), "blueprint": try encode(record.blueprint, of: record.stack.id, keep),
      "resources": .list(try record.resources.values.map(encode)),
      "contents": .map(
        OrderedDictionary(uniqueKeysWithValues: record.contents.sorted { $0.key < $1.key })),
    ]
  }

  func snapshot(_ value: Value, _ texts: TemplateTexts) throws -> SnapshotRecord {
    let stack = StackIdentity(name: try text(value, "stackName"), id: try text(value, "stack"))
    let resources = try (value["resources"]?.list ?? []).map { try resource($0) }
    var record = SnapshotRecord(
      id: try text(value, "id"), name: try text(value, "name"), stack: stack,
      operation: try text(value, "operation"), status: try name(value, "status"),
      reason: try text(value, "reason"), created: try time(value, "created"),
      blueprint: try blueprint(value["blueprint"] ?? .null, of: stack.id, texts),
      resources: OrderedDictionary(resources.map { ($0.logicalID, $0) }, uniquingKeysWith: { $1 }))
    for (id, content) in value["contents"]?.map ?? [:] { record.contents[id] = content }
    return record
  }
}
