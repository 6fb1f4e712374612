import Document
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("A server that is replaced")
struct ReplacementTests {
  private static let templates = [
    """
    heat_template_version: 2018-08-31
    resources:
      Port:
        type: OS::Neutron::Port
        properties: {network: private}
      Web:
        type: OS::Nova::Server
        properties: {image: cirros, flavor: m1.tiny, networks: [{port: {get_resource: Port}}]}
    """,
    """
    Resources:
      Port: {Type: "AWS::EC2::NetworkInterface", Properties: {SubnetId: private-subnet}}
      Web:
        Type: AWS::EC2::Instance
        Properties: {ImageId: cirros, InstanceType: m1.tiny, NetworkInterfaces: [!Ref Port]}
    """,
  ]

  @Test("goes first where the new one is to have its port, and takes its address along", arguments: templates)
  func port(_ template: String) throws {
    let pad = try Launchpad()
    try pad.time.run {
      let before = try await pad.engine.create("web", pad.template(template)).record(in: pad.engine)
      let after = try await pad.engine.replace("Web", of: "web", reason: "it is broken").record(
        in: pad.engine)
      let old = try #require(before.resources["Web"]?.physical?.id)
      let new = try #require(after.resources["Web"]?.physical?.id)
      #expect(old != new)
      #expect(try await pad.client.compute.servers.list().map(\.id) == [new])
      let port = try #require(after.resources["Port"]?.physical?.id)
      #expect(port == before.resources["Port"]?.physical?.id)
      #expect(try await pad.client.network.ports.get(port).deviceID == new)
    }
  }

  @Test("stays until the new one is there where they share nothing")
  func apart() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let template = """
        heat_template_version: 2018-08-31
        resources:
          Web:
            type: OS::Nova::Server
            properties: {image: cirros, flavor: m1.tiny, networks: [{network: private}]}
        """
      _ = try await pad.engine.create("web", pad.template(template)).result()
      _ = try await pad.engine.replace("Web", of: "web", reason: "it is broken").result()
      let events = try await pad.engine.events(of: "web").filter { $0.logicalID == "Web" }.map(\.status)
      #expect(
        events.suffix(4) == [
          "CREATE_IN_PROGRESS", "CREATE_COMPLETE", "DELETE_IN_PROGRESS", "DELETE_COMPLETE",
        ])
    }
  }

  @Test("is counted when it is only rebuilt, for its disk is another", arguments: templates)
  func rebuild(_ template: String) throws {
    let pad = try Launchpad()
    try pad.time.run {
      let before = try await pad.engine.create("web", pad.template(template)).record(in: pad.engine)
      #expect(before.resources["Web"]?.physical?.rebuilds == 0)
      for _ in 0..<2 {
        _ = try await pad.engine.perform(.rebuild, on: "Web", of: "web", reason: "it is broken").result()
      }
      _ = try await pad.engine.perform(.hardReboot, on: "Web", of: "web", reason: "it is broken").result()
      let larger = template.replacing("m1.tiny", with: "m1.small")
      let after = try await pad.engine.update("web", pad.template(larger)).record(in: pad.engine)
      #expect(after.resources["Web"]?.physical?.id == before.resources["Web"]?.physical?.id)
      #expect(after.resources["Web"]?.physical?.rebuilds == 2)
    }
  }
}
