import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `AWS::EC2::VPC`: a network and a router of the same name; `Ref` gives the network.
struct EC2VPC: ResourceType {
  let name = "AWS::EC2::VPC"
  let schema: ResourceSchema
  let context: OpenStackContext
  private var networks: Calls<Network> { context.cloud.network.networks }
  private var routers: Calls<Router> { context.cloud.network.routers }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let mark = call.description
    let network = try await call.stepID("network", find: { try await findNetwork(call) }) {
      try await networks.create(NewNetwork(name: call.physicalName, description: mark)).id
    }
    let router = try await call.stepID("router", find: { try await findRouter(call) }) {
      try await routers.create(
        fields: ["name": .string(call.physicalName), "description": .string(mark)]
      ).id
    }
    return PhysicalResource(
      id: network,
      attributes: ["VpcId": .string(network), "CidrBlock": call.properties["CidrBlock"] ?? ""],
      notes: ["router": .string(router)])
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if let router = resource.notes["router"]?.string {
      try await context.untilAllowed { _ = try await routers.deleteIfPresent(router) }
    }
    try await context.untilAllowed { _ = try await networks.deleteIfPresent(resource.id) }
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let network = try await networks.getIfPresent(resource.id) else { return .gone(resource) }
    if let router = resource.notes["router"]?.string, try await routers.getIfPresent(router) == nil {
      return Observation(.unsound("its router \(router) is gone"), resource)
    }
    return Observation(network.condition(Network.kind), resource)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    guard let network = try await findNetwork(call) else { return nil }
    var resource = PhysicalResource(id: network)
    if let router = try await findRouter(call) { resource.notes["router"] = .string(router) }
    return resource
  }

  private func findNetwork(_ call: ResourceCall) async throws -> String? {
    try await networks.list(["name": call.physicalName]).first?.id
  }

  private func findRouter(_ call: ResourceCall) async throws -> String? {
    try await routers.list(["name": call.physicalName]).first?.id
  }
}

/// `AWS::EC2::Subnet`: a subnet of a VPC's network, joined to its router.
struct EC2Subnet: ResourceType {
  let name = "AWS::EC2::Subnet"
  let schema: ResourceSchema
  let context: OpenStackContext
  private var subnets: Calls<Subnet> { context.cloud.network.subnets }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let network = try call.required("VpcId")
    let id = try await call.stepID("subnet", find: { try await find(call) }) {
      try await subnets.create(
        fields: [
          "name": .string(call.physicalName), "network_id": .string(network), "ip_version": 4,
          "cidr": .string(try call.required("CidrBlock")), "description": .string(call.description),
        ]
      ).id
    }
    var resource = PhysicalResource(
      id: id,
      attributes: [
        "AvailabilityZone": .string(call.text("AvailabilityZone") ?? "nova"), "SubnetId": .string(id),
        "VpcId": .string(network), "CidrBlock": call.properties["CidrBlock"] ?? "",
      ])
    if let router = try await context.router(ofVPC: network) {
      try await context.joinRouter(["router": .string(router), "kind": "subnet_id", "end": .string(id)])
      resource.notes["router"] = .string(router)
    }
    return resource
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    // A route table may have taken it to another router.
    for router in try await context.routers(ofSubnet: resource.id) {
      do {
        try await context.partRouter([
          "router": .string(router), "kind": "subnet_id", "end": .string(resource.id),
        ])
      } catch let error as OpenStackError where error.code == .notFound {}
    }
    try await context.untilAllowed { _ = try await subnets.deleteIfPresent(resource.id) }
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let subnet = try await subnets.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    sighting.tell("CidrBlock", subnet.raw["cidr"])
    return Observation(.sound, resource, properties: sighting.properties)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0) }
  }

  private func find(_ call: ResourceCall) async throws -> String? {
    try await subnets.list(["name": call.physicalName]).first?.id
  }
}

extension OpenStackContext {
  /// The router that a VPC has from its start: the one with the network's name.
  func router(ofVPC network: String) async throws -> String? {
    guard let found = try await cloud.network.networks.getIfPresent(network) else { return nil }
    return try await cloud.network.routers.list(["name": found.name]).first?.id
  }

  /// The routers that a subnet is joined to.
  func routers(ofSubnet subnet: String) async throws -> [String] {
    let ports = try await cloud.network.ports.list(["fixed_ips": "subnet_id=\(subnet)"])
    return ports.filter { $0.deviceOwner?.contains("router_interface") ?? false }.compactMap(\.deviceID)
  }
}
