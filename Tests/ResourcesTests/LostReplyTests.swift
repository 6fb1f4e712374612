import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("When an answer is lost")
struct LostReplyTests {
  private static let disk = """
    heat_template_version: 2018-08-31
    resources:
      Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.tiny}}
      Disk: {type: OS::Cinder::Volume, properties: {size: 1}}
      Link:
        type: OS::Cinder::VolumeAttachment
        properties: {instance_uuid: {get_resource: Web}, volume_id: {get_resource: Disk}}
    """

  @Test("a volume that is attached isn't attached again")
  func attachment() throws {
    let pad = try Launchpad()
    try pad.time.run {
      await pad.cloud.add(Fault(.post, "/os-volume_attachments", .loseReply))
      let stack = try await pad.engine.create("web", pad.template(Self.disk)).result()
      #expect(stack.status == .createComplete)
    }
  }

  @Test("the container of a creation that fails goes, but one that was there before stays")
  func container() throws {
    @Sendable func template(_ name: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Files: {type: OS::Swift::Container, properties: {name: \(name)}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      try await pad.client.object.createContainer("old")
      for name in ["old", "new"] {
        let fault = Fault(.head, "/\(name)", .refuse(403, "no"), skips: 1)
        await pad.cloud.add(fault)
        let operation = try await pad.engine.create("web", pad.template(template(name)))
        await #expect(throws: EngineError.self) { try await operation.result() }
        #expect(try await pad.engine.describe("web").status == .rollbackComplete)
        await pad.cloud.removeFaults()
      }
      #expect(await pad.cloud.holdings().filter { $0.kind == .container }.map(\.id) == ["old"])
    }
  }

  @Test("a named container stays when the stack inside that has it is replaced")
  func innerContainer() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        heat_template_version: 2018-08-31
        resources:
          Inner:
            type: OS::Heat::Stack
            properties:
              template: |
                heat_template_version: 2018-08-31
                resources:
                  Files: {type: OS::Swift::Container, properties: {name: files}}
        """)
      _ = try await pad.engine.create("web", template).result()
      _ = try await pad.engine.replace("Inner", of: "web", reason: "test").result()
      #expect(await pad.cloud.holdings().contains { $0.kind == .container && $0.id == "files" })
      _ = try await pad.engine.delete("web").result()
      #expect(await !pad.cloud.holdings().contains { $0.kind == .container })
    }
  }

  @Test("a named container is replaced by itself, and is still there")
  func replacedContainer() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        heat_template_version: 2018-08-31
        resources:
          Files: {type: OS::Swift::Container, properties: {name: files}}
        """)
      _ = try await pad.engine.create("web", template).result()
      _ = try await pad.engine.replace("Files", of: "web", reason: "test").result()
      #expect(await pad.cloud.holdings().contains { $0.kind == .container && $0.id == "files" })
    }
  }

  @Test("a named container is handed back when the one that took it over is rolled back")
  func handedBackContainer() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = try pad.template(
        """
        heat_template_version: 2018-08-31
        resources:
          Inner:
            type: OS::Heat::Stack
            properties:
              template: |
                heat_template_version: 2018-08-31
                resources:
                  Files: {type: OS::Swift::Container, properties: {name: files}}
                  Key: {type: OS::Nova::KeyPair, properties: {name: key}, depends_on: Files}
        """)
      _ = try await pad.engine.create("web", template).result()
      // The key's name is taken, so the stack that is to replace the inner one fails when it has the container.
      let replacement = try await pad.engine.replace("Inner", of: "web", reason: "test")
      await #expect(throws: EngineError.self) { try await replacement.result() }
      #expect(try await pad.engine.describe("web").status == .updateRollbackComplete)
      #expect(await pad.cloud.holdings().contains { $0.kind == .container && $0.id == "files" })
      _ = try await pad.engine.delete("web").result()
      #expect(await !pad.cloud.holdings().contains { $0.kind == .container })
    }
  }

  @Test("a container that gets another logical ID unnoted stays", arguments: ["One", "Two"])
  func renamed(other: String) throws {
    @Sendable func template(_ name: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Files\(name): {type: OS::Swift::Container, properties: {name: files}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(template("One"))).result()
      _ = try await pad.engine.update("web", pad.template(template(other))).result()
      #expect(await pad.cloud.holdings().contains { $0.kind == .container && $0.id == "files" })
      _ = try await pad.engine.delete("web").result()
      #expect(await !pad.cloud.holdings().contains { $0.kind == .container })
    }
  }

  @Test("a resize that is given up while Nova is at it is taken back")
  func resize() throws {
    @Sendable func template(_ flavor: String) -> String {
      """
      heat_template_version: 2018-08-31
      resources:
        Web: {type: OS::Nova::Server, properties: {image: cirros, flavor: \(flavor)}}
      """
    }
    let pad = try Launchpad()
    try pad.time.run {
      _ = try await pad.engine.create("web", pad.template(template("m1.tiny"))).result()
      let update = try await pad.engine.update("web", pad.template(template("m1.small")))
      while await !pad.cloud.holdings().contains(where: {
        $0.kind == .server && $0.text("status") == "RESIZE"
      }) {
        try await pad.time.ambient.sleep(.milliseconds(5))
      }
      try await pad.engine.cancel("web")
      await #expect(throws: EngineError.self) { try await update.result() }
      #expect(try await pad.engine.describe("web").status == .updateRollbackComplete)
      let server = try #require(await pad.cloud.holdings().first { $0.kind == .server })
      #expect(server.text("status") == "ACTIVE")
      #expect(server.text("flavor") == "m1.tiny")
    }
  }
}
