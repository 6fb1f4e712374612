import Document
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("Addresses outside")
struct AddressTests {
  @Test("a floating IP's address is the cloud's to choose")
  func choice() throws {
    let pad = try Launchpad()
    let text = """
      heat_template_version: 2018-08-31
      resources:
        address: {type: OS::Neutron::FloatingIP, properties: {floating_network: public}}
        old: {type: OS::Nova::FloatingIP, properties: {pool: public}}
      outputs:
        address: {value: {get_attr: [address, floating_ip_address]}}
        old: {value: {get_attr: [old, ip]}}
      """
    try pad.time.run {
      let stack = try await pad.engine.create("web", pad.template(text)).result()
      for output in stack.outputs.values {
        #expect(output.shown?.string?.hasPrefix("203.0.113.") == true)
      }
    }
  }

  private let two = """
    heat_template_version: 2018-08-31
    resources:
      back: {type: OS::Neutron::Net}
      in_back: {type: OS::Neutron::Subnet, properties: {network: {get_resource: back}, cidr: 10.7.0.0/24}}
    """
  private let web = """
    Resources:
      Web: {Type: AWS::EC2::Instance, Properties: {ImageId: cirros, InstanceType: m1.nano}}
    """

  @Test("of several networks a server that names none takes the one that clouds.yaml calls the default")
  func defaultNetwork() throws {
    let pad = try Launchpad(networks: .init(servers: "private"))
    try pad.time.run {
      _ = try await pad.engine.create("nets", pad.template(two)).result()
      let stack = try await pad.engine.create("web", pad.template(web)).record(in: pad.engine)
      let server = try #require(stack.resources["Web"]?.physical?.id)
      let chosen = try await pad.client.network.networks.list().first { $0.name == "private" }
      #expect(try await pad.client.network.ports.list(serverID: server).map(\.networkID) == [chosen?.id])
    }
  }

  @Test(
    "of several networks none is taken by guess, nor one that isn't there",
    arguments: [
      (nil, "ambiguous_network", "say which in the template, or default_interface: true of one under"),
      ("privat", "unknown_network", "did you mean private?"),
    ])
  func noDefault(_ configured: String?, _ code: String, _ hint: String) throws {
    let pad = try Launchpad(networks: .init(servers: configured))
    try pad.time.run {
      _ = try await pad.engine.create("nets", pad.template(two)).result()
      let error = try await #require(throws: (any Error).self) {
        try await pad.engine.create("web", pad.template(web)).result()
      }
      let diagnostics = try #require(error as? any Explainable).diagnostics
      #expect(diagnostics.contains { $0.code == code && $0.hint?.contains(hint) == true })
    }
  }
}
