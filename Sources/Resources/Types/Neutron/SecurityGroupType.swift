import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Neutron::SecurityGroup`: a security group with its rules.
struct SecurityGroupType: ResourceType {
  let name = "OS::Neutron::SecurityGroup"
  let schema: ResourceSchema
  let context: OpenStackContext
  private var groups: Calls<SecurityGroup> { context.cloud.network.securityGroups }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let fields = fields(call)
    let id = try await call.stepID("group", find: { try await find(call)?.id }) {
      try await groups.create(fields: fields).id
    }
    try await setRules(id, call)
    return try await physical(id)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    _ = try await groups.update(resource.id, fields(call))
    try await setRules(resource.id, call)
    return try await physical(resource.id)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    _ = try await context.untilAllowed(within: .seconds(180)) {
      try await groups.deleteIfPresent(resource.id)
    }
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let group = try await groups.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    sighting.tell("name", .string(group.name))
    sighting.tell("description", .string(group.description))
    let rules = context.observedRules(group.rules, wanted: try await rules(group.id, call)) { $0.heatEntry }
    sighting.tell("rules", rules)
    return Observation(
      .sound, PhysicalResource(id: group.id, attributes: ["show": group.raw]),
      properties: sighting.properties)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0.id) }
  }

  private func find(_ call: ResourceCall) async throws -> SecurityGroup? {
    let name = call.text("name") ?? call.physicalName
    return try await groups.list(["name": name]).first {
      $0.description == call.text("description") ?? call.description
    }
  }

  private func fields(_ call: ResourceCall) -> Value {
    var fields: Value = [
      "name": .string(call.text("name") ?? call.physicalName),
      "description": .string(call.text("description") ?? call.description),
    ]
    if let stateful = call.properties["stateful"], case .map(var members) = fields {
      members["stateful"] = stateful
      fields = .map(members)
    }
    return fields
  }

  private func rules(_ id: String, _ call: ResourceCall) async throws -> [RuleDraft] {
    var wanted: [RuleDraft] = []
    for entry in call.properties["rules"]?.list ?? [] {
      var draft = try RuleDraft(heat: entry)
      if let group = entry["remote_group_id"]?.scalarText, !group.isEmpty {
        draft.remoteGroupID = try await context.names.id(of: SecurityGroup.kind, named: group)
      } else if entry["remote_mode"]?.scalarText == "remote_group_id" {
        draft.remoteGroupID = id
      }
      wanted.append(draft)
    }
    return wanted
  }

  private func setRules(_ id: String, _ call: ResourceCall) async throws {
    let wanted = try await rules(id, call)
    let saysEgress = wanted.contains { $0.direction == .egress }
    let saidEgress = (call.previous?["rules"]?.list ?? []).contains { $0["direction"]?.string == "egress" }
    try await context.setRules(of: id, to: wanted, changesEgress: saysEgress || saidEgress)
  }

  private func physical(_ id: String) async throws -> PhysicalResource {
    PhysicalResource(id: id, attributes: ["show": try await groups.get(id).raw])
  }
}
