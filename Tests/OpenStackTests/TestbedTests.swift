import Ambience
import Document
import HTTP
import OpenStack
import Secrets
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The cloud that `KILN_TESTBED_CLOUD` names, on which these tests create and delete what they need.
let testbed = getenv("KILN_TESTBED_CLOUD").map { String(cString: $0) }

func testbedCloud() throws -> Cloud {
  var environment: [String: String] = [:]
  for name in ["HOME", "XDG_CONFIG_HOME", "OS_CLIENT_CONFIG_FILE"] {
    if let value = getenv(name) { environment[name] = String(cString: value) }
  }
  let configuration = try CloudConfiguration.load(cloud: testbed, environment: environment)
  let ambient = Ambient.system()
  let transport = RetryingTransport(CurlTransport(.init(tls: configuration.tls)), ambient: ambient)
  return Cloud(configuration: configuration, transport: transport, ambient: ambient)
}

/// Waits for something of a real cloud's, for at most two minutes.
func eventually<Found>(_ what: String, _ look: () async throws -> Found?) async throws -> Found {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(120)
  while clock.now < deadline {
    if let found = try await look() { return found }
    try await Task.sleep(for: .milliseconds(300))
  }
  throw OpenStackError(.timedOut, "\(what) took more than two minutes")
}

@Suite(.enabled(if: testbed != nil, "KILN_TESTBED_CLOUD names no cloud"), .serialized)
struct TestbedTests {
  let cloud: Cloud
  let name: String

  init() throws {
    cloud = try testbedCloud()
    name = "kiln-test-" + Ambient.system().characters(8, from: "abcdefghijkmnpqrstuvwxyz23456789")
  }

  @Test("the login says who and for what")
  func identity() async throws {
    #expect(try await cloud.identity.currentUser().name == "demo")
    #expect(try await cloud.identity.currentProject().name == "demo")
    #expect(try await cloud.identity.currentRoles().contains("member"))
  }

  @Test("EC2 credentials are made, listed and deleted")
  func ec2Credentials() async throws {
    let credentials = try await cloud.identity.ec2Credentials()
    let project = try await cloud.identity.currentProject()
    let made = try await credentials.create(projectID: project.id)
    #expect(try await credentials.list().contains { $0.access == made.access && $0.secret == made.secret })
    #expect(try await credentials.get(made.id).projectID == project.id)
    #expect(try await credentials.deleteIfPresent(made.id))
    #expect(try await credentials.getIfPresent(made.id) == nil)
    #expect(try await !credentials.deleteIfPresent(made.id))
  }

  @Test("flavors, images, zones, limits and types are listed and found by name")
  func listings() async throws {
    let flavor = try await cloud.compute.flavors.find("m1.tiny")
    #expect(flavor.memory > 0)
    #expect(try await cloud.compute.flavors.get(flavor.id).name == "m1.tiny")
    #expect(try await cloud.image.images.find("cirros").status == "active")
    #expect(try await cloud.compute.availabilityZones.list().contains { $0.isAvailable })
    #expect(try await cloud.compute.limits().cores.most ?? 1 > 0)
    _ = try await cloud.volume.types.list()
    let error = await #expect(throws: OpenStackError.self) { try await cloud.compute.flavors.find("m1.tny") }
    #expect(error?.hint == "did you mean m1.tiny?")
  }

  @Test("a list comes in pages, whatever way a service links them")
  func pages() async throws {
    func names<R>(_ pages: Pages<R>) async throws -> Set<String> {
      var found: Set<String> = []
      for try await one in pages { found.insert(one.id) }
      return found
    }
    let flavors = try await names(cloud.compute.flavors.pages(pageSize: 2))
    #expect(try await flavors == Set(cloud.compute.flavors.list().map(\.id)))
    let images = try await names(cloud.image.images.pages(pageSize: 1))
    #expect(try await images == Set(cloud.image.images.list().map(\.id)))
    let networks = try await names(cloud.network.networks.pages(pageSize: 1))
    #expect(try await networks == Set(cloud.network.networks.list().map(\.id)))
  }

  @Test("key pairs: given and made")
  func keyPairs() async throws {
    let made = try await cloud.compute.keyPairs.create(NewKeyPair(name: name))
    #expect(made.privateKey?.reveal().contains("PRIVATE KEY") == true)
    #expect(!made.raw.jsonText().contains("PRIVATE"))
    #expect(try await cloud.compute.keyPairs.find(name).fingerprint == made.fingerprint)
    try await cloud.compute.keyPairs.delete(name)
    let given = try await cloud.compute.keyPairs.create(NewKeyPair(name: name, publicKey: made.publicKey))
    #expect(given.privateKey == nil)
    try await cloud.compute.keyPairs.delete(name)
  }

  @Test("security groups: rules, tags, duplicates")
  func securityGroups() async throws {
    let groups = cloud.network.securityGroups
    let group = try await groups.create(NewSecurityGroup(name: name, description: "of a test"))
    let rule = NewSecurityGroupRule(
      groupID: group.id, direction: .ingress, protocol: "tcp", firstPort: 80, lastPort: 80,
      remotePrefix: "0.0.0.0/0")
    let made = try await cloud.network.securityGroupRules.create(rule)
    #expect(made.firstPort == 80)
    let error = await #expect(throws: OpenStackError.self) {
      try await cloud.network.securityGroupRules.create(rule)
    }
    #expect(error?.code == .conflict)
    try await groups.setTags(group.id, ["kiln", name])
    try await groups.addTag(group.id, "more")
    try await groups.removeTag(group.id, "kiln")
    #expect(try await groups.list(tags: [name, "more"]).map(\.id) == [group.id])
    #expect(try await groups.list(tags: ["kiln", name]).isEmpty)
    #expect(try await groups.get(group.id).rules.contains { $0.id == made.id })
    try await cloud.network.securityGroupRules.delete(made.id)
    try await groups.delete(group.id)
  }

  @Test("networks, subnets, routers, ports and floating IPs are joined and taken apart")
  func networks() async throws {
    let networking = cloud.network
    let outside = try #require(try await networking.networks.external().first)
    let network = try await networking.networks.create(NewNetwork(name: name))
    let subnet = try await networking.subnets.create(
      NewSubnet(name: name, networkID: network.id, cidr: "10.77.0.0/24", nameServers: ["9.9.9.9"]))
    let router = try await networking.routers.create(NewRouter(name: name, externalNetworkID: outside.id))
    #expect(router.externalNetworkID == outside.id)
    try await networking.routers.addSubnet(subnet.id, to: router.id)
    let port = try await networking.ports.create(
      NewPort(
        name: name, networkID: network.id, securityGroupIDs: [], subnetID: subnet.id,
        fixedAddress: "10.77.0.9"))
    #expect(port.addresses.map(\.address) == ["10.77.0.9"])
    let group = try await networking.securityGroups.find("default")
    #expect(try await networking.ports.setSecurityGroups(port.id, [group.id]).securityGroupIDs == [group.id])
    let floating = try await networking.floatingIPs.create(
      NewFloatingIP(externalNetworkID: outside.id, description: name))
    try await networking.floatingIPs.setTags(floating.id, [name])
    #expect(
      try await networking.floatingIPs.associate(floating.id, portID: port.id).fixedAddress == "10.77.0.9")
    #expect(try await networking.floatingIPs.find(address: floating.address)?.portID == port.id)
    #expect(try await networking.floatingIPs.associate(floating.id, portID: nil).portID == nil)
    #expect(try await networking.floatingIPs.list(tags: [name]).map(\.id) == [floating.id])
    let busy = await #expect(throws: OpenStackError.self) { try await networking.networks.delete(network.id) }
    #expect(busy?.code == .conflict)
    try await networking.floatingIPs.delete(floating.id)
    try await networking.ports.delete(port.id)
    try await networking.routers.removeSubnet(subnet.id, from: router.id)
    try await networking.routers.delete(router.id)
    try await networking.networks.delete(network.id)
    #expect(try await networking.networks.getIfPresent(network.id) == nil)
  }

  @Test("volumes and snapshots: created, found by metadata, extended, copied, deleted")
  func volumes() async throws {
    let volumes = cloud.volume.volumes
    let volume = try await volumes.create(
      NewVolume(name: name, size: 1, metadata: ["kiln": name, "note": "it's \"so\""]))
    try await available(volume.id)
    #expect(try await volumes.list(metadata: ["kiln": name]).map(\.id) == [volume.id])
    #expect(try await volumes.list(metadata: ["kiln": "other"]).isEmpty)
    #expect(try await volumes.find(name).size == 1)
    try await volumes.setMetadata(volume.id, ["more": "1"])
    #expect(try await volumes.get(volume.id).metadata["more"] == "1")
    let snapshot = try await cloud.volume.snapshots.create(NewSnapshot(name: name, volumeID: volume.id))
    _ = try await eventually("the snapshot") {
      try await cloud.volume.snapshots.get(snapshot.id).status == "available" ? true : nil
    }
    let copy = try await volumes.create(
      NewVolume(name: name + "-copy", size: nil, source: .snapshot(snapshot.id)))
    try await available(copy.id)
    #expect(try await volumes.get(copy.id).snapshotID == snapshot.id)
    let busy = await #expect(throws: OpenStackError.self) { try await volumes.delete(volume.id) }
    #expect(busy?.code == .badRequest)
    try await volumes.extend(copy.id, to: 2)
    _ = try await eventually("the extension") { try await volumes.get(copy.id).size == 2 ? true : nil }
    try await available(copy.id)
    try await volumes.delete(copy.id)
    try await cloud.volume.snapshots.delete(snapshot.id)
    _ = try await eventually("the snapshot's end") {
      try await cloud.volume.snapshots.getIfPresent(snapshot.id) == nil ? true : nil
    }
    try await volumes.delete(volume.id)
    for id in [volume.id, copy.id] {
      _ = try await eventually("the volume's end") { try await volumes.getIfPresent(id) == nil ? true : nil }
    }
  }

  private func available(_ id: String) async throws {
    _ = try await eventually("the volume") {
      try await cloud.volume.volumes.get(id).status == "available" ? true : nil
    }
  }
}
