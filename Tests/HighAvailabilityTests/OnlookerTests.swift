import Ambience
import Document
import EmbeddedCloud
import HighAvailability
import OpenStack
import Simulation
import StackEngine
import Testing

/// People who do something to servers themselves.
struct OnlookerTests {
  private static func watch(
    seeds: ClosedRange<UInt64> = 1...3,
    _ body: @escaping @Sendable (Ward, Cloud, Supervisor, Ambient) async throws -> Void
  ) throws {
    try onVirtualTime(seeds: seeds) { ambient in
      let ward = try await Ward(ambient)
      let supervisor = try await ward.process(Fate())
      await supervisor.start()
      try await ambient.sleep(.seconds(100))
      try await body(ward, ward.client, supervisor, ambient)
      await supervisor.stop()
    }
  }

  @Test("a server that a person has just rebooted is left alone for a while")
  func reboots() throws {
    try Self.watch { ward, client, supervisor, ambient in
      try await client.compute.servers.reboot(ward.server, .soft)
      try await ward.cloud.breakApplication(on: ward.server, until: .hardReboot)
      try await ambient.sleep(.seconds(200))
      #expect(try await ward.actions() == ["reboot"])
      #expect(await supervisor.status().first?.state == .planned)
      try await ambient.sleep(.seconds(1200))
      #expect(try await ward.actions() == ["reboot", "reboot", "reboot"])
      #expect(try await ward.isUp())
    }
  }

  @Test("a server that a person has stopped stays stopped")
  func stops() throws {
    try Self.watch { ward, client, supervisor, ambient in
      try await client.compute.servers.stop(ward.server)
      try await ambient.sleep(.seconds(7200))
      #expect(try await ward.actions() == ["stop"])
      let story = try await ward.story()
      #expect(story.contains { $0.contains("someone has stopped the server") }, "\(story)")
      try await client.compute.servers.start(ward.server)
      try await ambient.sleep(.seconds(600))
      #expect(await supervisor.status().first?.state == .up)
      #expect(try await ward.actions() == ["stop", "start"])
    }
  }

  @Test("the request that a step found before its own is none of kiln's")
  func foundBefore() throws {
    try Self.watch { ward, client, _, ambient in
      try await client.compute.servers.reboot(ward.server, .soft)
      try await ambient.sleep(.seconds(60))
      let (engine, _) = try Ward.engine(ward.cloud, ward.store, ambient, Fate())
      _ = try await engine.perform(.hardReboot, on: "Web", of: "web", reason: "").result()
      let deeds = try await client.compute.servers.deeds(on: ward.server).filter { $0.action == "reboot" }
      #expect(deeds.count == 2)
      #expect(try await engine.requests(on: "Web", of: "web") == [deeds[0].request])
    }
  }

  @Test("what kiln has done itself doesn't keep it from going on")
  func own() throws {
    try Self.watch { ward, _, _, ambient in
      try await ward.cloud.breakApplication(on: ward.server, until: .hardReboot)
      try await ambient.sleep(.seconds(400))
      #expect(try await ward.actions() == ["reboot", "reboot"])
      let story = try await ward.story()
      #expect(story.contains { $0.contains("request req-") }, "\(story)")
      #expect(!story.contains { $0.contains("someone") })
    }
  }

  @Test("a server that is marked kiln:ha=off is left alone until the mark is taken away")
  func optsOut() throws {
    try Self.watch { ward, client, _, ambient in
      try await client.compute.servers.setMetadata(ward.server, ["kiln:ha": "off"])
      try await ward.cloud.breakApplication(on: ward.server, until: .softReboot)
      try await ambient.sleep(.seconds(3600))
      #expect(try await ward.actions().isEmpty)
      let story = try await ward.story()
      #expect(story.contains { $0.contains("the server Web is marked kiln:ha=off") }, "\(story)")
      try await client.compute.servers.deleteMetadata(ward.server, key: "kiln:ha")
      try await ambient.sleep(.seconds(600))
      #expect(try await ward.actions() == ["reboot"])
    }
  }

  @Test("an update of the stack leaves a person's mark on a server alone")
  func keepsMark() throws {
    try Self.watch(seeds: 1...1) { ward, client, _, ambient in
      try await client.compute.servers.setMetadata(ward.server, [Tags.highAvailability: "off"])
      try await ward.update(label: "new")
      let metadata = try await client.compute.servers.get(ward.server).metadata
      #expect(metadata["label"] == "new")
      #expect(metadata[Tags.highAvailability] == "off")
    }
  }
}
