import Document
import OpenStack
import OrderedCollections
import StackEngine

extension EC2Instance {
  /// What Nova is asked for.
  func draft(_ call: ResourceCall, port: String?) async throws -> NewServer {
    let flavor = try await context.names.id(of: Flavor.kind, named: call.text("InstanceType") ?? "m1.small")
    let image = try await context.names.id(
      of: Image.kind, named: try call.bootImage("ImageId") ?? call.required("ImageId"))
    let interfaces = try await interfaces(call, port: port)
    let hasPorts = interfaces.contains { if case .port = $0 { true } else { false } }
    let devices = try blockDevices(call)
    let root = NewServer.BlockDevice(.image, id: image, bootIndex: 0, deletesOnTermination: true)
    return NewServer(
      name: call.physicalName, flavorID: flavor, imageID: image, networks: .these(interfaces),
      keyName: call.text("KeyName"), userData: try userData(call),
      securityGroups: hasPorts ? [] : groups(call), blockDevices: devices.isEmpty ? [] : [root] + devices,
      metadata: call.labels(call.tags), availabilityZone: call.text("AvailabilityZone"),
      schedulerHints: hints(call))
  }

  private func userData(_ call: ResourceCall) throws -> [UInt8] {
    let script = plainText(ofUserData: call.text("UserData") ?? "")
    return try UserData(script: script, metadata: call.metadata).encoded()
  }

  private func groups(_ call: ResourceCall) -> [String] {
    call.texts("SecurityGroups") + call.texts("SecurityGroupIds")
  }

  private func hints(_ call: ResourceCall) -> Value? {
    let pairs = (call.properties["NovaSchedulerHints"]?.list ?? []).compactMap { hint in
      hint["Key"]?.scalarText.map { ($0, hint["Value"] ?? .null) }
    }
    return pairs.isEmpty ? nil : .map(.init(pairs, uniquingKeysWith: { $1 }))
  }

  private func blockDevices(_ call: ResourceCall) throws -> [NewServer.BlockDevice] {
    try (call.properties["BlockDeviceMappings"]?.list ?? []).compactMap { mapping in
      guard let ebs = mapping["Ebs"] else { return nil }
      let size = ebs["VolumeSize"]?.scalarText.flatMap { Int($0) }
      let snapshot = ebs["SnapshotId"]?.scalarText
      if size == nil, snapshot == nil {
        throw ResourceError(
          .badProperty, "a block device of \(call.logicalID) needs Ebs.VolumeSize or Ebs.SnapshotId")
      }
      return NewServer.BlockDevice(
        snapshot == nil ? .blank : .snapshot, id: snapshot,
        deletesOnTermination: ebs["DeleteOnTermination"]?.bool ?? true, size: size,
        deviceName: mapping["DeviceName"]?.scalarText)
    }
  }

  // MARK: - Network

  private func interfaces(_ call: ResourceCall, port: String?) async throws -> [NewServer.Interface] {
    if let port { return [.port(port)] }
    let given = (call.properties["NetworkInterfaces"]?.list ?? []).compactMap {
      $0.scalarText ?? $0["NetworkInterfaceId"]?.scalarText
    }
    if !given.isEmpty { return given.map { .port($0) } }
    return [.network(try await context.defaultNetwork())]
  }

  /// The port on the subnet that the properties name, if they do.
  func makePort(_ call: ResourceCall) async throws -> String? {
    guard let subnetID = call.text("SubnetId") else { return nil }
    return try await call.stepID("port", find: { try await findPort(call) }) {
      let subnet = try await context.cloud.network.subnets.find(subnetID)
      var ids: [String] = []
      for group in groups(call) {
        ids.append(try await context.names.id(of: SecurityGroup.kind, named: group))
      }
      return try await context.cloud.network.ports.create(
        NewPort(
          name: call.physicalName, networkID: subnet.networkID, securityGroupIDs: ids.isEmpty ? nil : ids,
          subnetID: subnet.id, description: call.description)
      ).id
    }
  }

  func findPort(_ call: ResourceCall) async throws -> String? {
    guard call.text("SubnetId") != nil else { return nil }
    return try await context.cloud.network.ports.list(["name": call.physicalName]).first?.id
  }
}
