import Ambience
import Document
import HTTP
import OpenStack
import Secrets
import Testing

@Suite(.enabled(if: testbed != nil, "KILN_TESTBED_CLOUD names no cloud"), .serialized)
struct TestbedServerTests {
  let cloud: Cloud
  let name: String

  init() throws {
    cloud = try testbedCloud()
    name = "kiln-test-" + Ambient.system().characters(8, from: "abcdefghijkmnpqrstuvwxyz23456789")
  }

  private func status(_ id: String, _ wanted: String) async throws -> Server {
    try await eventually("status \(wanted)") {
      let server = try await cloud.compute.servers.get(id)
      if server.status == "ERROR" {
        throw OpenStackError(.conflict, server.fault ?? "the server is in ERROR")
      }
      return server.status == wanted && server.taskState == nil ? server : nil
    }
  }

  @Test("a server lives through all that can be done with it")
  func life() async throws {
    let servers = cloud.compute.servers
    let flavor = try await cloud.compute.flavors.find("m1.nano")
    let image = try await cloud.image.images.find("cirros")
    let network = try await cloud.network.networks.find("private")
    let port = try await cloud.network.ports.create(NewPort(name: name, networkID: network.id))
    let made = try await servers.create(
      NewServer(
        name: name, flavorID: flavor.id, imageID: image.id, networks: .these([.port(port.id)]),
        userData: Array("#!/bin/sh\n".utf8), metadata: ["kiln": name], tags: ["kiln", name]))
    do {
      try await live(made.id, port, flavor, image)
    } catch {
      try await servers.deleteIfPresent(made.id)
      throw error
    }
    try await servers.delete(made.id)
    _ = try await eventually("the server's end") {
      try await servers.getIfPresent(made.id) == nil ? true : nil
    }
    try await cloud.network.ports.deleteIfPresent(port.id)
  }

  private func live(_ id: String, _ port: Port, _ flavor: Flavor, _ image: Image) async throws {
    let servers = cloud.compute.servers
    let server = try await status(id, "ACTIVE")
    #expect(server.metadata == ["kiln": name])
    #expect(Set(server.tags) == ["kiln", name])
    #expect(server.fixedAddress == port.addresses.first?.address)
    #expect(server.flavorName == "m1.nano")
    #expect(server.imageID == image.id)
    #expect(try await servers.list(named: name, metadata: ["kiln": name]).map(\.id) == [id])
    #expect(try await servers.list(named: name, metadata: ["kiln": "other"]).isEmpty)
    #expect(try await servers.find(name).id == id)
    #expect(try await servers.interfaces(of: id).map(\.portID) == [port.id])
    #expect(try await cloud.network.ports.list(serverID: id).map(\.id) == [port.id])
    try await servers.setMetadata(id, ["more": "1"])
    try await servers.deleteMetadata(id, key: "kiln")
    #expect(try await servers.update(id, ["name": .string(name + "-b")]).name == name + "-b")
    #expect(try await servers.get(id).metadata == ["more": "1"])
    try await servers.reboot(id, .soft)
    _ = try await status(id, "ACTIVE")
    try await servers.reboot(id, .hard)
    _ = try await status(id, "ACTIVE")
    try await servers.stop(id)
    _ = try await status(id, "SHUTOFF")
    let wrong = await #expect(throws: OpenStackError.self) { try await servers.stop(id) }
    #expect(wrong?.code == .conflict)
    try await servers.start(id)
    _ = try await status(id, "ACTIVE")
    try await servers.rebuild(id, imageID: image.id, userData: Array("#!/bin/sh\n".utf8))
    _ = try await status(id, "ACTIVE")
    try await attach(id)
  }

  private func attach(_ id: String) async throws {
    let servers = cloud.compute.servers
    let volumes = cloud.volume.volumes
    let volume = try await volumes.create(NewVolume(name: name, size: 1))
    func becomes(_ status: String) async throws {
      _ = try await eventually("volume \(status)") {
        try await volumes.get(volume.id).status == status ? true : nil
      }
    }
    try await becomes("available")
    let attachment = try await servers.attachVolume(volume.id, to: id, device: "/dev/vdc")
    #expect(attachment.volumeID == volume.id)
    try await becomes("in-use")
    #expect(try await servers.volumeAttachments(of: id).map(\.volumeID) == [volume.id])
    #expect(try await volumes.get(volume.id).attachments.map(\.serverID) == [id])
    #expect(try await servers.get(id).volumeIDs == [volume.id])
    try await servers.detachVolume(volume.id, from: id)
    try await becomes("available")
    try await volumes.delete(volume.id)
  }
}

@Suite(.enabled(if: testbed != nil, "KILN_TESTBED_CLOUD names no cloud"), .serialized)
struct TestbedObjectTests {
  @Test("objects are put, listed, read, and reached by a temporary URL without login")
  func objects() async throws {
    let cloud = try testbedCloud()
    let container = "kiln-test-" + cloud.ambient.characters(8, from: "abcdefghijkmnpqrstuvwxyz")
    let name = "a b/ä?.txt"
    try await cloud.object.createContainer(container)
    try await cloud.object.put(
      name, in: container, Array("hello".utf8), type: "text/plain", metadata: ["Who": "kiln"])
    #expect(try await cloud.object.get(name, in: container) == Array("hello".utf8))
    #expect(try await cloud.object.head(name, in: container) == ["who": "kiln"])
    #expect(try await cloud.object.head("none", in: container) == nil)
    #expect(try await cloud.object.objects(in: container).map(\.name) == [name])
    #expect(try await cloud.object.containers(prefix: container).map(\.name) == [container])
    let full = await #expect(throws: OpenStackError.self) {
      try await cloud.object.deleteContainer(container)
    }
    #expect(full?.code == .conflict)
    let key = try await cloud.object.temporaryURLKey()
    #expect(try await cloud.object.temporaryURLKey() == key)
    let expires = cloud.ambient.now() + .seconds(60)
    let url = try await cloud.object.temporaryURL(
      method: "PUT", object: name, in: container, expires: expires, key: key)
    #expect(try await cloud.transport.send(Request(.put, url, body: Array("signal".utf8))).status == 201)
    #expect(try await cloud.transport.send(Request(.delete, url)).status == 401)
    #expect(try await cloud.object.get(name, in: container) == Array("signal".utf8))
    try await cloud.object.delete(name, in: container)
    try await cloud.object.deleteContainer(container)
  }
}

@Suite(.enabled(if: testbed != nil, "KILN_TESTBED_CLOUD names no cloud"))
struct TestbedErrorTests {
  @Test("an address that isn't Keystone's says so")
  func wrongAddress() async throws {
    let good = try testbedCloud()
    var configuration = good.configuration
    configuration.authURL += "/nowhere"
    let cloud = Cloud(configuration: configuration, transport: good.transport, ambient: good.ambient)
    let error = await #expect(throws: OpenStackError.self) { try await cloud.compute.servers.list() }
    #expect(error?.message.contains("takes no logins") == true)
    #expect(error?.hint?.contains("auth_url") == true)
  }

  @Test("a wrong password says which user of which cloud")
  func wrongPassword() async throws {
    let good = try testbedCloud()
    var configuration = good.configuration
    configuration.login = .password(user: .name("demo", .id("default")), password: Secret("wrong"))
    let cloud = Cloud(configuration: configuration, transport: good.transport, ambient: good.ambient)
    let error = await #expect(throws: OpenStackError.self) { try await cloud.compute.servers.list() }
    #expect(error?.code == .unauthorized)
    #expect(error?.message.contains("demo") == true)
    #expect(error?.message.contains(configuration.authURL) == true)
  }

  @Test("every service's way of saying that there is none is understood")
  func notFound() async throws {
    let cloud = try testbedCloud()
    let calls: [(String, String)] = [
      ("compute", "/servers/none"), ("network", "/networks/none"), ("block-storage", "/volumes/none"),
      ("image", "/images/none"), ("identity", "/users/none"), ("object-store", "/none"),
      ("orchestration", "/stacks/none/none"),
    ]
    for (service, path) in calls {
      let error = await #expect(throws: OpenStackError.self, "\(service)") {
        try await cloud.request(service: service, path: path)
      }
      #expect(error?.code == .notFound || error?.code == .forbidden, "\(service): \(error?.message ?? "")")
      #expect(error?.message.contains("<") == false)
      #expect(error?.requestID != nil, "\(service)")
    }
  }
}
