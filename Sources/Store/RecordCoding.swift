import Ambience
import Document
import OrderedCollections
import Secrets
import StackEngine
import Templates

/// Turns records into JSON for the store and back; secrets are sealed on the way.
///
/// The text of a template, which may be large, isn't in the JSON: its digest is, and the text is kept apart.
struct RecordCoding {
  /// A record that doesn't have the form it was written in.
  struct Malformed: Error {
    let field: String
  }

  let seal: Seal
  let digests = TemplateDigests()

  // MARK: - Stacks

  func encode(_ head: StackHead, _ keep: Keep) throws -> Value {
    [
      "name": .string(head.identity.name), "id": .string(head.identity.id),
      "status": .string(head.status.rawValue), "reason": .string(head.reason),
      "description": optional(head.description),
      "blueprint": try encode(head.blueprint, of: head.identity.id, keep),
      // Of a stack that is what it was asked to be there is one template, not two.
      "stable": head.stable == head.blueprint
        ? true : try head.stable.map { try encode($0, of: head.identity.id, keep) } ?? .null,
      "outputs": .map(try head.outputs.mapValues(encode)),
      "created": encode(head.created), "updated": encode(head.updated),
      "revision": .integer(Int64(head.revision)), "parent": encode(head.parent),
      "uses": .list(head.uses.map { ["stack": optional($0.stack), "name": .string($0.name)] }),
      "isProtected": .bool(head.isProtected), "policy": head.policy?.document ?? .null,
    ]
  }

  func head(_ value: Value, _ texts: TemplateTexts) throws -> StackHead {
    let identity = StackIdentity(name: try text(value, "name"), id: try text(value, "id"))
    let blueprint = try blueprint(value["blueprint"] ?? .null, of: identity.id, texts)
    let stable = value["stable"] ?? .null
    var head = StackHead(
      identity: identity,
      status: try name(value, "status"), reason: try text(value, "reason"),
      description: value["description"]?.string, blueprint: blueprint,
      stable: stable.isNull
        ? nil : stable == true ? blueprint : try self.blueprint(stable, of: identity.id, texts),
      outputs: try outputs(value),
      created: try time(value, "created"), updated: try time(value, "updated"),
      revision: Int(try integer(value, "revision")))
    head.parent = try parent(value["parent"])
    head.isProtected = value["isProtected"]?.bool ?? false
    head.policy = try policy(value["policy"])
    head.uses = try uses(value)
    return head
  }

  /// Reads a head without its templates.
  func summary(_ text: String) throws -> StackSummary {
    let value = try Value.json(text, leavingOut: ["blueprint", "stable"])
    return StackSummary(
      identity: StackIdentity(name: try self.text(value, "name"), id: try self.text(value, "id")),
      outputs: try outputs(value), uses: try uses(value), parent: try parent(value["parent"]))
  }

  private func outputs(_ head: Value) throws -> OrderedDictionary<String, OutputRecord> {
    try (head["outputs"]?.map ?? [:]).mapValues(output)
  }

  private func uses(_ head: Value) throws -> [Use] {
    try (head["uses"]?.list ?? []).map { Use(stack: $0["stack"]?.string, name: try text($0, "name")) }
  }

  private func encode(_ parent: ParentResource?) -> Value {
    parent.map { ["stack": .string($0.stack), "logicalID": .string($0.logicalID)] } ?? .null
  }

  private func parent(_ value: Value?) throws -> ParentResource? {
    guard let value, !value.isNull else { return nil }
    return ParentResource(stack: try text(value, "stack"), logicalID: try text(value, "logicalID"))
  }

  private func encode(_ output: OutputRecord) throws -> Value {
    var result: OrderedDictionary<String, Value> = [
      "description": optional(output.description), "export": optional(output.exportName),
    ]
    switch output.content {
    case .plain(let value): result["value"] = value
    case .secret(let secret): result["sealed"] = .string(try seal.close(secret))
    }
    return .map(result)
  }

  private func output(_ value: Value) throws -> OutputRecord {
    let sealed = value["sealed"]?.string
    return OutputRecord(
      try sealed.map { .secret(try seal.open($0)) } ?? .plain(value["value"] ?? .null),
      description: value["description"]?.string, exportName: value["export"]?.string)
  }

  // MARK: - Resources

  /// What most resources don't have isn't written: a stack's rows are read again for each operation.
  func encode(_ record: ResourceRecord) throws -> Value {
    var result: OrderedDictionary<String, Value> = [
      "logicalID": .string(record.logicalID), "type": .string(record.type),
      "physicalName": .string(record.physicalName), "status": .string(record.status.rawValue),
      "createdBy": .string(record.createdBy), "updated": encode(record.updated),
    ]
    if !record.reason.isEmpty { result["reason"] = .string(record.reason) }
    if !record.properties.values.isEmpty { result["properties"] = try encode(record.properties) }
    if !record.dependencies.isEmpty {
      result["dependencies"] = .list(record.dependencies.map { .string($0) })
    }
    if record.deletionPolicy != .delete { result["deletionPolicy"] = .string(record.deletionPolicy.rawValue) }
    if record.updateReplacePolicy != .delete {
      result["updateReplacePolicy"] = .string(record.updateReplacePolicy.rawValue)
    }
    if record.isSuperseded { result["isSuperseded"] = true }
    if record.isImported { result["isImported"] = true }
    if !record.tags.isEmpty { result["tags"] = record.tags.value }
    if !record.uncertain.isEmpty {
      result["uncertain"] = .list(record.uncertain.sorted().map { .string($0) })
    }
    if let physical = record.physical { result["physical"] = try encode(physical) }
    if let metadata = record.metadata {
      result[record.metadataIsSecret ? "sealedMetadata" : "metadata"] =
        record.metadataIsSecret ? try sealed(metadata) : metadata
    }
    return .map(result)
  }

  func resource(_ value: Value) throws -> ResourceRecord {
    let properties = try properties(value["properties"] ?? .null)
    let hidden = try value["sealedMetadata"].map(unsealed)
    var record = ResourceRecord(
      logicalID: try text(value, "logicalID"), type: try text(value, "type"),
      physicalName: try text(value, "physicalName"), status: try name(value, "status"),
      reason: value["reason"]?.string ?? "",
      physical: try value["physical"].map { try physical($0, given: properties) },
      properties: properties, metadata: hidden ?? value["metadata"],
      metadataIsSecret: hidden != nil,
      dependencies: (value["dependencies"]?.list ?? []).compactMap(\.string),
      deletionPolicy: try policy(value, "deletionPolicy"),
      updateReplacePolicy: try policy(value, "updateReplacePolicy"),
      createdBy: try text(value, "createdBy"),
      isSuperseded: value["isSuperseded"]?.bool ?? false, updated: try time(value, "updated"))
    record.isImported = value["isImported"]?.bool ?? false
    record.tags = tags(value["tags"])
    record.uncertain = Set((value["uncertain"]?.list ?? []).compactMap(\.string))
    return record
  }

  private func policy(_ value: Value, _ field: String) throws -> ResourceDefinition.DeletionPolicy {
    value[field] == nil ? .delete : try name(value, field)
  }

  private func encode(_ physical: PhysicalResource) throws -> Value {
    var result: OrderedDictionary<String, Value> = ["id": .string(physical.id)]
    if physical.reference != .string(physical.id) { result["reference"] = physical.reference }
    if !physical.notes.isEmpty { result["notes"] = .map(physical.notes) }
    if !physical.attributes.isEmpty {
      result["attributes"] = try encode(
        Properties(physical.attributes, secretNames: physical.secretAttributes))
    }
    return .map(result)
  }

  /// Reads what exists; attributes that are what it was given are in memory once.
  private func physical(_ value: Value, given known: Properties) throws -> PhysicalResource {
    var attributes = try properties(value["attributes"] ?? .null)
    if attributes.values == known.values {
      attributes.values = known.values
    } else {
      for (name, value) in known.values where attributes.values[name] == value {
        attributes.values[name] = value
      }
    }
    return PhysicalResource(
      id: try text(value, "id"), reference: value["reference"], attributes: attributes.values,
      secretAttributes: attributes.secretNames, notes: value["notes"]?.map ?? [:])
  }

  // MARK: - Operations

  func encode(_ record: OperationRecord, _ keep: Keep) throws -> Value {
    [
      "id": .string(record.id), "stackName": .string(record.stack.name), "stack": .string(record.stack.id),
      "kind": .string(record.kind.rawValue),
      "goal": try record.goal.map { try encode($0, of: record.stack.id, keep) } ?? .null,
      "origin": try record.origin.map { try encode($0, of: record.stack.id, keep) } ?? .null,
      "onFailure": .string(record.options.onFailure.rawValue),
      "timeout": record.options.timeout.map { .integer($0.milliseconds) } ?? .null,
      "parent": encode(record.options.parent),
      "replacements": .map(
        OrderedDictionary(uniqueKeysWithValues: record.replacements.map { ($0, .string($1)) })),
      "imports": .map(
        OrderedDictionary(uniqueKeysWithValues: record.imports.map { ($0, .string($1)) })),
      "refreshes": .bool(record.options.refreshes), "tag": optional(record.options.tag),
      "retained": .list(record.options.retained.sorted().map { .string($0) }),
      "skipped": .list(record.options.skipped.sorted().map { .string($0) }),
      "policy": record.options.policy?.document ?? .null,
      "breakpoints": .list(record.options.breakpoints.map { .string($0.description) }),
      "pausesAtFailure": .bool(record.options.pausesAtFailure),
      "attempts": .list(record.attempts.map { .string($0) }),
      "action": record.action.map(encode) ?? .null, "target": optional(record.target),
      "phase": .string(record.phase.rawValue), "reason": .string(record.reason),
      "started": encode(record.started), "ended": record.ended.map(encode) ?? .null,
      "planned": .map(record.planned.mapValues { .integer(Int64($0)) }),
      "purpose": optional(record.purpose), "changeSet": optional(record.changeSet),
      "snapshot": record.snapshot.map { ["id": .string($0.id), "name": .string($0.name)] } ?? .null,
    ]
  }

  private func options(_ value: Value) throws -> OperationOptions {
    var options = OperationOptions(
      onFailure: try name(value, "onFailure"), timeout: value["timeout"]?.integer.map { .milliseconds($0) })
    options.parent = try parent(value["parent"])
    options.refreshes = value["refreshes"]?.bool ?? false
    options.tag = value["tag"]?.string
    options.retained = Set((value["retained"]?.list ?? []).compactMap(\.string))
    options.policy = try policy(value["policy"])
    options.breakpoints = try (value["breakpoints"]?.list ?? []).compactMap(\.string).map(Breakpoint.init)
    options.pausesAtFailure = value["pausesAtFailure"]?.bool ?? false
    options.skipped = Set((value["skipped"]?.list ?? []).compactMap(\.string))
    return options
  }

  private func encode(_ action: ResourceAction) -> Value {
    switch action {
    case .resize(let size, let cooldown):
      [
        "name": .string(action.name), "size": .integer(Int64(size)),
        "cooldown": .integer(cooldown.milliseconds),
      ]
    case .lead(let server): ["name": .string(action.name), "to": .string(server)]
    case .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate, .drain, .admit:
      .string(action.name)
    }
  }

  private func action(_ value: Value) throws -> ResourceAction? {
    if value.isNull { return nil }
    let plain: [ResourceAction] = [
      .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate, .drain, .admit,
    ]
    if let action = plain.first(where: { $0.name == value.string }) { return action }
    if let server = value["to"]?.string { return .lead(to: server) }
    guard let size = value["size"]?.integer, let cooldown = value["cooldown"]?.integer else {
      throw Malformed(field: "action")
    }
    return .resize(to: Int(size), cooldown: .milliseconds(cooldown))
  }

  func operation(_ value: Value, _ texts: TemplateTexts) throws -> OperationRecord {
    let stack = StackIdentity(name: try text(value, "stackName"), id: try text(value, "stack"))
    let goal = value["goal"] ?? .null
    let origin = value["origin"] ?? .null
    var record = OperationRecord(
      id: try text(value, "id"), stack: stack, kind: try name(value, "kind"),
      goal: goal.isNull ? nil : try blueprint(goal, of: stack.id, texts),
      origin: origin.isNull ? nil : try blueprint(origin, of: stack.id, texts),
      options: try options(value),
      replacements: Dictionary(
        uniqueKeysWithValues: (value["replacements"]?.map ?? [:]).map { ($0, $1.string ?? "") }),
      action: try value["action"].flatMap(action), target: value["target"]?.string,
      phase: try name(value, "phase"), reason: try text(value, "reason"),
      started: try time(value, "started"),
      ended: value["ended"]?.integer.map { Timestamp(milliseconds: $0) })
    for (id, physicalID) in value["imports"]?.map ?? [:] { record.imports[id] = physicalID.string }
    record.attempts = (value["attempts"]?.list ?? []).compactMap(\.string)
    record.planned = (value["planned"]?.map ?? [:]).compactMapValues { $0.integer.map { Int($0) } }
    record.purpose = value["purpose"]?.string
    record.changeSet = value["changeSet"]?.string
    if let snapshot = value["snapshot"], !snapshot.isNull {
      record.snapshot = SnapshotReference(id: try text(snapshot, "id"), name: try text(snapshot, "name"))
    }
    return record
  }
}

// MARK: - Parts

extension RecordCoding {
  func encode(_ properties: Properties) throws -> Value {
    var open: OrderedDictionary<String, Value> = [:]
    var closed: OrderedDictionary<String, Value> = [:]
    for (name, value) in properties.values {
      if properties.secretNames.contains(name) {
        closed[name] = try sealed(value)
      } else {
        open[name] = value
      }
    }
    if closed.isEmpty { return ["open": .map(open)] }
    let order = properties.values.keys.map { Value.string($0) }
    return ["open": .map(open), "sealed": .map(closed), "order": .list(order)]
  }

  func properties(_ value: Value) throws -> Properties {
    guard let order = value["order"]?.list else { return Properties(value["open"]?.map ?? [:]) }
    var result = Properties()
    for name in order.compactMap(\.string) {
      if let sealed = value["sealed"]?[name] {
        result.values[name] = try unsealed(sealed)
        result.secretNames.insert(name)
      } else {
        result.values[name] = value["open"]?[name]
      }
    }
    return result
  }

  private func sealed(_ value: Value) throws -> Value {
    .string(try seal.close(Secret(value.jsonText())))
  }

  private func unsealed(_ value: Value) throws -> Value {
    guard let text = value.string else { throw Malformed(field: "sealed") }
    return try Value.json(seal.open(text).reveal())
  }

  func tags(_ value: Value?) -> Tags { (value?.map ?? [:]).compactMapValues(\.string) }

  func policy(_ value: Value?) throws -> StackPolicy? {
    guard let value, !value.isNull else { return nil }
    do { return try StackPolicy(value) } catch { throw Malformed(field: "policy") }
  }

  func optional(_ text: String?) -> Value { text.map { .string($0) } ?? .null }

  func encode(_ time: Timestamp) -> Value { .integer(time.milliseconds) }

  func text(_ value: Value, _ field: String) throws -> String {
    guard let text = value[field]?.string else { throw Malformed(field: field) }
    return text
  }

  func integer(_ value: Value, _ field: String) throws -> Int64 {
    guard let number = value[field]?.integer else { throw Malformed(field: field) }
    return number
  }

  func time(_ value: Value, _ field: String) throws -> Timestamp {
    Timestamp(milliseconds: try integer(value, field))
  }

  func name<Name: RawRepresentable<String>>(_ value: Value, _ field: String) throws -> Name {
    guard let name = Name(rawValue: try text(value, field)) else { throw Malformed(field: field) }
    return name
  }
}
