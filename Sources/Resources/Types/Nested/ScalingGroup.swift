import Ambience
import Document
import OrderedCollections
import StackEngine
import Templates

/// A group whose size moves between two bounds: Heat's `AutoScalingGroup`, and AWS's and Heat's of instances that
/// are made by a launch configuration.
struct ScalingGroup: ResourceType {
  let name: String
  let carriesStackTags = true
  let schema: ResourceSchema

  static let names = [
    "OS::Heat::AutoScalingGroup", "AWS::AutoScaling::AutoScalingGroup", "OS::Heat::InstanceGroup",
  ]

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let bounds = ScalingBounds(call.properties)
    return try await bring(call, size: bounds.first, from: [], rolling: nil)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let bounds = ScalingBounds(call.properties)
    let isAsked = bounds.desired != call.previous.flatMap { ScalingBounds($0).desired }
    let size = isAsked ? bounds.first : bounds.clamp(resource.memberNames.count)
    let rolling =
      name == "OS::Heat::AutoScalingGroup"
      ? Rolling(hot: call.properties["rolling_updates"]) ?? .oneByOne : try Rolling(aws: call.updatePolicy)
    var now = try await bring(call, size: size, from: resource.memberNames, rolling: rolling)
    now.notes["cooldownEnds"] = resource.notes["cooldownEnds"]
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  // MARK: - Members

  /// Makes the group so many members: the oldest go first, new ones get names that none had.
  ///
  /// Without `rolling`, members that are there stay as they are: only new ones are made as the group now says.
  private func bring(
    _ call: ResourceCall, size: Int, from before: [String], rolling: Rolling?
  ) async throws -> PhysicalResource {
    var names = Array(before.suffix(size))
    var last = before.compactMap { Int($0.dropFirst()) }.max() ?? 0
    while names.count < size {
      last += 1
      names.append("m\(last)")
    }
    let definition = try await definition(call)
    let present = try await call.nested.find(call.physicalName).map { Members(of: $0) } ?? Members()
    var members = Members()
    members.isSecret = !call.properties.secretNames.isEmpty
    for name in names {
      members.members[name] = (rolling == nil ? present.members[name] : nil) ?? definition
    }
    let stack: StackRecord
    if let rolling {
      stack = try await members.roll(call, rolling, from: present) { ("m\(last + 1)", definition) }
    } else {
      stack = try await members.bring(call)
    }
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

// MARK: - Size

extension ScalingGroup: ActionableResource {
  func can(_ action: ResourceAction) -> Bool { if case .resize = action { true } else { false } }

  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    guard case .resize(let wanted, let cooldown) = action else { return resource }
    let size = ScalingBounds(call.properties).clamp(wanted)
    var now: PhysicalResource
    do {
      now = try await bring(call, size: size, from: resource.memberNames, rolling: nil)
    } catch {
      // What a member that fails has left goes, and the group is what its record says.
      let before = resource.memberNames
      _ = try? await bring(call, size: before.count, from: before, rolling: nil)
      throw error
    }
    let ends = call.ambient.now() + cooldown
    now.notes["cooldownEnds"] = .integer(ends.milliseconds)
    return now
  }
}

extension PhysicalResource {
  /// The names of a scaling group's members, the oldest first.
  var memberNames: [String] { notes["members"]?.list?.compactMap(\.string) ?? [] }
}

/// How many members a scaling group may have.
struct ScalingBounds {
  let least: Int
  let most: Int
  /// How many it is to have, when that is said.
  let desired: Int?
  /// How long its policies leave it alone after a change; nil when that isn't said.
  let cooldown: Duration?

  init(_ properties: Properties) {
    func number(_ names: String...) -> Int? {
      names.lazy.compactMap { properties[$0]?.scalarText }.compactMap { Int($0) }.first
    }
    let size = number("Size")
    least = number("min_size", "MinSize") ?? size ?? 0
    most = max(least, number("max_size", "MaxSize") ?? size ?? least)
    desired = number("desired_capacity", "DesiredCapacity", "Size")
    cooldown = number("cooldown", "Cooldown").map { .seconds($0) }
  }

  /// How many it begins with.
  var first: Int { clamp(desired ?? least) }

  func clamp(_ size: Int) -> Int { min(max(size, least), most) }
}
