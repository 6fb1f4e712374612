import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

/// What snapshots keep of volumes and servers in the cloud.
@Suite("Snapshots of volumes and servers")
struct KeptDataTests {
  private static let native = """
    heat_template_version: 2018-08-31
    resources:
      Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
      Disk: {type: OS::Cinder::Volume, properties: {size: 1}}
      Link:
        type: OS::Cinder::VolumeAttachment
        properties: {instance_uuid: {get_resource: Web}, volume_id: {get_resource: Disk}}
    """
  private static let amazon = """
    heat_template_version: 2018-08-31
    resources:
      Web: {type: AWS::EC2::Instance, properties: {ImageId: cirros, InstanceType: m1.tiny}}
      Disk: {type: AWS::EC2::Volume, properties: {Size: 1, AvailabilityZone: nova}}
      Link:
        type: AWS::EC2::VolumeAttachment
        properties: {InstanceId: {get_resource: Web}, VolumeId: {get_resource: Disk}, Device: /dev/vdb}
    """

  /// What the cloud has once it has forgotten what it has just deleted.
  private func left(on pad: Launchpad) async throws -> [Holding] {
    try await pad.time.ambient.sleep(.seconds(10))
    return await pad.cloud.holdings()
  }

  @Test("volumes in use and servers come back from what was kept, and nothing is left", arguments: [0, 1])
  func restore(kind: Int) throws {
    let pad = try Launchpad()
    try pad.time.run {
      let before = await pad.cloud.holdings()
      let template = try pad.template([Self.native, Self.amazon][kind])
      let made = try await pad.engine.create("web", template).record(in: pad.engine)
      _ = try await pad.engine.takeSnapshot(of: "web", as: "before").result()
      let contents = try await pad.engine.snapshot("before", of: "web").contents
      let copy = try #require(contents["Disk"]?["volume"]?.string)
      let image = try #require(contents["Web"]?["image"]?.string)
      let restored = try await pad.engine.restore("web", to: "before").record(in: pad.engine)
      #expect(restored.status == .updateComplete)
      #expect(restored.head.reason == "")
      let disk = try #require(restored.resources["Disk"]?.physical?.id)
      let web = try #require(restored.resources["Web"]?.physical?.id)
      #expect(disk != made.resources["Disk"]?.physical?.id)
      #expect(try await pad.client.volume.volumes.get(disk).raw["source_volid"]?.string == copy)
      #expect(try await pad.client.volume.volumes.get(disk).status == "in-use")
      #expect(try await pad.client.compute.servers.get(web).imageID == image)
      #expect(try await pad.engine.drift(of: "web").allSatisfy { $0.changes.isEmpty })
      #expect(try await pad.engine.planUpdate("web", template).isEmpty)
      #expect(try await pad.engine.planRevert("web").isEmpty)
      _ = try await pad.engine.delete("web").result()
      #expect(try await left(on: pad) == before)
    }
  }

  @Test("an answer that is lost makes no second copy, and no second image")
  func lostReply() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let before = await pad.cloud.holdings()
      _ = try await pad.engine.create("web", pad.template(Self.native)).result()
      let (volumes, images) = (pad.client.volume.volumes, pad.client.image.images)
      let (disks, all) = (try await volumes.list().count, try await images.list().count)
      await pad.cloud.add(Fault(.post, "/volumes", .loseReply))
      await pad.cloud.add(Fault(.post, "/action", .loseReply))
      _ = try await pad.engine.takeSnapshot(of: "web", as: "before").result()
      #expect(try await volumes.list().count == disks + 1)
      #expect(try await images.list().count == all + 1)
      _ = try await pad.engine.deleteSnapshot("before", of: "web").result()
      #expect(try await volumes.list().count == disks)
      #expect(try await images.list().count == all)
      _ = try await pad.engine.delete("web").result()
      #expect(try await left(on: pad) == before)
    }
  }

  @Test("a server that boots from a volume has no image of its own")
  func bootVolume() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        heat_template_version: 2018-08-31
        resources:
          Root: {type: OS::Cinder::Volume, properties: {size: 1, image: cirros}}
          Web:
            type: OS::Nova::Server
            properties: {flavor: m1.tiny, block_device_mapping_v2: [{volume_id: {get_resource: Root}}]}
        """)
      _ = try await pad.engine.create("web", template).result()
      _ = try await pad.engine.takeSnapshot(of: "web", as: "before").result()
      let contents = try await pad.engine.snapshot("before", of: "web").contents
      #expect(Array(contents.keys) == ["Root"])
      let restored = try await pad.engine.restore("web", to: "before").record(in: pad.engine)
      #expect(restored.status == .updateComplete)
      let root = try #require(restored.resources["Root"]?.physical?.id)
      let volume = try await pad.client.volume.volumes.get(root)
      #expect(volume.status == "in-use")
      #expect(volume.raw["bootable"] == "true")
    }
  }
}
