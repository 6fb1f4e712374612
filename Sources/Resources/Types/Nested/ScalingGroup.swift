import Document
import OrderedCollections
import StackEngine
import Templates

/// A group whose size moves between two bounds: Heat's `AutoScalingGroup`, and AWS's and Heat's of instances that
/// are made by a launch configuration.
struct ScalingGroup: ResourceType {
  let name: String
  let schema: ResourceSchema

  static let names = [
    "OS::Heat::AutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup", "OS::Heat::InstanceGroup",
  ]

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    try await bring(call, size: bounds(call).first, from: [])
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let before = resource.notes["members"]?.list?.compactMap(\.string) ?? []
    let bounds = bounds(call)
    let isAsked = desired(call.properties) != call.previous.flatMap { desired($0) }
    let size = isAsked ? bounds.first : min(max(before.count, bounds.least), bounds.most)
    return try await bring(call, size: size, from: before)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  // MARK: - Size

  private func number(_ properties: Properties, _ names: [String]) -> Int? {
    names.lazy.compactMap { properties[$0]?.scalarText }.compactMap { Int($0) }.first
  }

  private func desired(_ properties: Properties) -> Int? {
    number(properties, ["desired_capacity", "DesiredCapacity", "Size"])
  }

  private func bounds(_ call: ResourceCall) -> (least: Int, most: Int, first: Int) {
    let size = number(call.properties, ["Size"])
    let least = number(call.properties, ["min_size", "MinSize"]) ?? size ?? 0
    let most = max(least, number(call.properties, ["max_size", "MaxSize"]) ?? size ?? least)
    return (least, most, min(max(desired(call.properties) ?? least, least), most))
  }

  // MARK: - Members

  /// Makes the group so many members: the oldest go first, new ones get names that none had.
  private func bring(_ call: ResourceCall, size: Int, from before: [String]) async throws -> PhysicalResource
  {
    var names = Array(before.suffix(size))
    var last = before.compactMap { Int($0.dropFirst()) }.max() ?? 0
    while names.count < size {
      last += 1
      names.append("m\(last)")
    }
    let definition = try await definition(call)
    var members = Members()
    members.isSecret = !call.properties.secretNames.isEmpty
    for name in names { members.members[name] = definition }
    let stack = try await members.bring(call)
    var resource = PhysicalResource(
      group: stack, names: names, attributesMap: "outputs", listsMap: "outputs_list")
    resource.attributes["current_size"] = .integer(Int64(names.count))
    let addresses = names.compactMap { stack.resources[$0]?.physical?.attributes["PublicIp"]?.scalarText }
    resource.attributes["InstanceList"] = .string(addresses.joined(separator: ","))
    resource.notes["members"] = .list(names.map { .string($0) })
    return resource
  }

  private func definition(_ call: ResourceCall) async throws -> Members.Member {
    if let given = call.properties["resource"] {
      return Members.Member(
        type: given["type"] ?? "", properties: (given["properties"]?.map ?? [:]).filter { !$0.value.isNull },
        metadata: given["metadata"])
    }
    guard let name = call.text("LaunchConfigurationName") else {
      throw ResourceError(.badProperty, "\(call.logicalID) needs LaunchConfigurationName")
    }
    guard let configuration = try await call.lookUp(name) else {
      throw ResourceError(.badProperty, "kiln made no launch configuration \(name)")
    }
    var properties = configuration.notes.filter {
      !["InstanceId", "KernelId", "RamDiskId"].contains($0.key) && !$0.value.isNull
    }
    if let subnet = call.properties["VPCZoneIdentifier"]?.list?.first { properties["SubnetId"] = subnet }
    properties["Tags"] = .list(
      (call.properties["Tags"]?.list ?? []) + [
        ["Key": "metering.groupname", "Value": .string(call.physicalName)]
      ])
    return Members.Member(type: "AWS::EC2::Instance", properties: properties)
  }
}
