import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::SecurityGroup`: a security group of Neutron's with its rules.
package struct EC2SecurityGroup: ResourceType {
  package let name = "AWS::EC2::SecurityGroup"
  package let schema: ResourceSchema
  let context: OpenStackContext
  private var groups: Calls<SecurityGroup> { context.cloud.network.securityGroups }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let id = try await call.stepID("group", find: { try await find(call)?.id }) {
      try await groups.create(
        NewSecurityGroup(name: call.physicalName, description: call.text("GroupDescription") ?? "")
      ).id
    }
    try await setRules(of: id, call)
    return PhysicalResource(
      id: id, attributes: ["GroupId": .string(id), "VpcId": call.properties["VpcId"] ?? ""])
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await setRules(of: resource.id, call)
    return resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    // A port that goes away holds it for a moment.
    _ = try await context.untilAllowed(within: .seconds(180)) {
      try await groups.deleteIfPresent(resource.id)
    }
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let group = try await groups.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    sighting.tell("GroupDescription", .string(group.description))
    for (property, direction) in [
      ("SecurityGroupIngress", SecurityGroupRule.Direction.ingress), ("SecurityGroupEgress", .egress),
    ] {
      let wanted = try await rules(property, direction, call)
      let rules = group.rules.filter { $0.direction == direction }
      sighting.tell(property, context.observedRules(rules, wanted: wanted) { $0.entry })
    }
    var now = PhysicalResource(
      id: group.id, attributes: ["GroupId": .string(group.id), "VpcId": call.properties["VpcId"] ?? ""])
    now.attributes = resource.attributes.merging(now.attributes) { old, _ in old }
    return Observation(.sound, now, properties: sighting.properties)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0.id) }
  }

  private func find(_ call: ResourceCall) async throws -> SecurityGroup? {
    try await groups.list(["name": call.physicalName]).first
  }

  /// Makes the group's rules those of the properties.
  private func setRules(of id: String, _ call: ResourceCall) async throws {
    var wanted = try await rules("SecurityGroupIngress", .ingress, call)
    let givesEgress = call.properties["SecurityGroupEgress"]?.list?.isEmpty == false
    if givesEgress { wanted += try await rules("SecurityGroupEgress", .egress, call) }
    try await context.setRules(
      of: id, to: wanted,
      changesEgress: givesEgress || call.previous?["SecurityGroupEgress"] != nil)
  }

  private func rules(
    _ property: String, _ direction: SecurityGroupRule.Direction, _ call: ResourceCall
  ) async throws -> [RuleDraft] {
    var drafts: [RuleDraft] = []
    for entry in call.properties[property]?.list ?? [] {
      var draft = try RuleDraft(entry, direction)
      if let name = entry["SourceSecurityGroupName"]?.scalarText, draft.remoteGroupID == nil {
        draft.remoteGroupID = try await groups.find(name).id
      }
      drafts.append(draft)
    }
    return drafts
  }
}
