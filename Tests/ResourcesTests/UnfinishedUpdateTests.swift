import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("What an update that failed had changed")
struct UnfinishedUpdateTests {
  /// Creates a stack, updates it while a fault strikes, and expects that it was rolled back.
  private func rollBack(_ pad: Launchpad, _ first: String, _ second: String, _ fault: Fault) async throws {
    _ = try await pad.engine.create("web", pad.template(first)).result()
    await pad.cloud.add(fault)
    let update = try await pad.engine.update("web", pad.template(second))
    await #expect(throws: EngineError.self) { try await update.result() }
    #expect(try await pad.engine.describe("web").status == .updateRollbackComplete)
  }

  private func delete(_ pad: Launchpad) async throws {
    _ = try await pad.engine.delete("web").result()
  }

  @Test("is given back by the rollback, property by property")
  func properties() throws {
    @Sendable func template(_ name: String, _ tag: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Port:
          type: OS::Neutron::Port
          properties: {network: private, name: \(name), tags: [\(tag)]}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      try await rollBack(
        pad, template("old", "a"), template("new", "b"), Fault(.put, "/tags", .refuse(400, "not now")))
      let names = try await pad.client.network.ports.list().map(\.name)
      #expect(names.contains("old") && !names.contains("new"))
    }
  }

  @Test("on a server's networks is unplugged, and kiln's port for it deleted")
  func networks() throws {
    @Sendable func template(_ more: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Web:
          type: OS::Nova::Server
          properties:
            image: cirros
            flavor: m1.tiny
            networks: [{network: private}\(more)]
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      let before = try await pad.client.network.ports.list().count
      try await rollBack(
        pad, template(""), template(", {subnet: private-subnet}"),
        Fault(.post, "/os-interface", .refuse(400, "not now")))
      #expect(try await pad.client.network.ports.list().count == before + 1)
      try await delete(pad)
      #expect(try await pad.client.network.ports.list().count == before)
    }
  }

  @Test("of an attachment is attached again where it was")
  func attachment() throws {
    @Sendable func template(_ server: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        One: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Two: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Disk: {type: OS::Cinder::Volume, properties: {size: 1}}
        Link:
          type: OS::Cinder::VolumeAttachment
          properties: {instance_uuid: {get_resource: \(server)}, volume_id: {get_resource: Disk}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      try await rollBack(
        pad, template("One"), template("Two"),
        Fault(.post, "/os-volume_attachments", .refuse(400, "not now")))
      let stack = try await pad.engine.describe("web")
      let disk = try #require(stack.resources["Disk"]?.physical?.id)
      let volume = try await pad.client.volume.volumes.get(disk)
      #expect(volume.attachments.map(\.serverID) == [stack.resources["One"]?.physical?.id])
    }
  }

  @Test("that was made anew by another is left alone by the resource that had it before")
  func laterAttachment() throws {
    let template = """
      heat_template_version: 2018-08-31
      resources:
        Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Disk: {type: OS::Cinder::Volume, properties: {size: 1}}
      """
    let link = """
        Link:
          type: OS::Cinder::VolumeAttachment
          properties: {instance_uuid: {get_resource: Web}, volume_id: {get_resource: Disk}}
      """
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(template + "\n" + link)).result()
      let stack = try await pad.engine.describe("web")
      let disk = try #require(stack.resources["Disk"]?.physical?.id)
      let web = try #require(stack.resources["Web"]?.physical?.id)
      let (servers, volumes) = (pad.client.compute.servers, pad.client.volume.volumes)
      try await servers.detachVolume(disk, from: web)
      try await volumes.wait(disk, for: "available")
      _ = try await servers.attachVolume(disk, to: web, device: nil)
      _ = try await pad.engine.update("web", pad.template(template)).result()
      #expect(try await volumes.get(disk).attachments.map(\.serverID) == [web])
      try await servers.detachVolume(disk, from: web)
      try await delete(pad)
    }
  }

  @Test("that is being detached when the update is cancelled is attached again by the rollback")
  func detaching() throws {
    @Sendable func template(_ server: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        One: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Two: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Disk: {type: OS::Cinder::Volume, properties: {size: 1}}
        Link:
          type: OS::Cinder::VolumeAttachment
          properties: {instance_uuid: {get_resource: \(server)}, volume_id: {get_resource: Disk}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(template("One"))).result()
      let disk = try #require(try await pad.engine.describe("web").resources["Disk"]?.physical?.id)
      let update = try await pad.engine.update("web", pad.template(template("Two")))
      while try await pad.client.volume.volumes.get(disk).status != "detaching" {
        try await pad.time.ambient.sleep(.milliseconds(10))
      }
      try await pad.engine.cancel("web")
      _ = try? await update.result()
      let stack = try await pad.engine.describe("web")
      #expect(stack.status == .updateRollbackComplete)
      let volume = try await pad.client.volume.volumes.get(disk)
      #expect(volume.status == "in-use")
      #expect(volume.attachments.map(\.serverID) == [stack.resources["One"]?.physical?.id])
    }
  }

  @Test("a second attachment of what is attached already, is taken back without harm to the first")
  func refusedAttachment() throws {
    @Sendable func link(_ name: String) -> String {
      """
        \(name):
          type: OS::Cinder::VolumeAttachment
          properties: {instance_uuid: {get_resource: Web}, volume_id: {get_resource: Disk}}

      """
    }
    let base = """
      heat_template_version: 2018-08-31
      resources:
        Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
        Disk: {type: OS::Cinder::Volume, properties: {size: 1}}

      """
    let pad = try Launchpad()
    try pad.time.run {
      let first = base + link("First")
      _ = try await pad.engine.create("web", pad.template(first)).result()
      let update = try await pad.engine.update("web", pad.template(first + link("Second")))
      await #expect(throws: EngineError.self) { try await update.result() }
      let stack = try await pad.engine.describe("web")
      #expect(stack.status == .updateRollbackComplete)
      let disk = try #require(stack.resources["Disk"]?.physical?.id)
      let volume = try await pad.client.volume.volumes.get(disk)
      #expect(volume.attachments.map(\.serverID) == [stack.resources["Web"]?.physical?.id])
    }
  }
}
