import Ambience
import Document
import LuaRuntime
import OrderedCollections
import StackEngine

// What the engine knows, as the records that scripts see and tables show.

extension StackHead {
  var record: LuaValue {
    .record([
      LuaField("name", .string(identity.name)), LuaField("status", .string(status.rawValue)),
      LuaField("reason", .string(reason)), LuaField("created", .string(created.description)),
      LuaField("updated", .string(updated.description)), LuaField("id", .string(identity.id)),
      LuaField("tags", .data(blueprint.tags.value)),
    ])
  }
}

extension ResourceRecord {
  var record: LuaValue {
    .record([
      LuaField("logical_id", .string(logicalID)), LuaField("type", .string(type)),
      LuaField("status", .string(status.rawValue)),
      LuaField("physical_id", physical.map { .string($0.id) } ?? .nil), LuaField("reason", .string(reason)),
      LuaField("reference", physical.map { .data($0.reference) } ?? .nil),
      LuaField("attributes", .data(.map(shownAttributes))),
    ])
  }

  /// The attributes that may be shown.
  private var shownAttributes: OrderedDictionary<String, Value> {
    guard let physical else { return [:] }
    return physical.attributes.filter { !physical.secretAttributes.contains($0.key) }
  }
}

extension Event {
  var record: LuaValue {
    .record([
      LuaField("sequence", .integer(Int64(sequence))), LuaField("time", .string(time.description)),
      LuaField("status", .string(status)), LuaField("logical_id", logicalID.map(LuaValue.string) ?? .nil),
      LuaField("type", .string(type)),
      LuaField("physical_id", physicalID.map(LuaValue.string) ?? .nil), LuaField("reason", .string(reason)),
      LuaField("operation", operation.map(LuaValue.string) ?? .nil),
    ])
  }
}

extension OrderedDictionary where Key == String, Value == OutputRecord {
  /// The outputs as data; a secret one says so.
  var shown: Document.Value {
    .map(
      OrderedDictionary<String, Document.Value>(uniqueKeysWithValues: map { ($0, $1.shown ?? "(secret)") }))
  }
}
