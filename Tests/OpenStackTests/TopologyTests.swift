import Document
import Testing

@testable import OpenStack

@Suite("The topology of a project's networks")
struct TopologyTests {
  private func network(_ id: String, isExternal: Bool = false) throws -> Network {
    try #require(
      Network([
        "id": .string(id), "name": .string(id), "status": "ACTIVE", "router:external": .bool(isExternal),
      ]))
  }

  private func router(_ id: String, to outside: String? = nil) throws -> Router {
    let gateway: Value =
      outside.map { ["network_id": .string($0), "external_fixed_ips": [["ip_address": "203.0.113.2"]]] }
      ?? .null
    return try #require(
      Router([
        "id": .string(id), "name": .string(id), "status": "ACTIVE", "external_gateway_info": gateway,
      ]))
  }

  private func port(_ id: String, on network: String, _ address: String, owner: String, device: String) throws
    -> Port
  {
    try #require(
      Port([
        "id": .string(id), "name": "", "status": "ACTIVE", "network_id": .string(network),
        "device_owner": .string(owner), "device_id": .string(device),
        "fixed_ips": [["ip_address": .string(address)]],
      ]))
  }

  private func server(_ id: String, _ status: String) throws -> Server {
    try #require(Server(["id": .string(id), "name": .string(id), "status": .string(status)]))
  }

  @Test("is a tree from the outside in, and says where floating IPs lead")
  func tree() throws {
    var parts = Topology.Parts()
    parts.networks = try [network("inner"), network("alone"), network("public", isExternal: true)]
    parts.subnets = [
      try #require(
        Subnet(["id": "s", "name": "s", "network_id": "inner", "cidr": "10.0.0.0/24", "ip_version": 4]))
    ]
    parts.routers = try [router("edge", to: "public")]
    parts.ports = try [
      port("p1", on: "inner", "10.0.0.1", owner: "network:router_interface", device: "edge"),
      port("p2", on: "inner", "10.0.0.2", owner: "network:dhcp", device: "dhcp-agent"),
      port("p3", on: "inner", "10.0.0.3", owner: "compute:nova", device: "web"),
      port("12345678-9", on: "inner", "10.0.0.4", owner: "", device: ""),
    ]
    parts.floatingIPs = [
      try #require(
        FloatingIP([
          "id": "f", "floating_ip_address": "203.0.113.9", "port_id": "p3", "fixed_ip_address": "10.0.0.3",
        ]))
    ]
    parts.servers = try [server("web", "ERROR")]
    #expect(
      Topology(parts).treeText == """
        outside network public
        └─ router edge 203.0.113.2
           └─ network inner 10.0.0.0/24, 10.0.0.1
              ├─ port 12345678 10.0.0.4
              └─ server web ERROR 10.0.0.3 ⇄ 203.0.113.9
        network alone
        """)
  }

  @Test("draws what two routers lead to once, and ends where routers go round in a circle")
  func circles() throws {
    var parts = Topology.Parts()
    parts.networks = try [network("n")]
    parts.routers = try [router("a"), router("b")]
    parts.ports = try [
      port("1", on: "n", "10.0.0.1", owner: "network:router_interface", device: "a"),
      port("2", on: "n", "10.0.0.2", owner: "network:router_interface", device: "b"),
      port("3", on: "n", "10.0.0.3", owner: "compute:nova", device: "s"),
    ]
    parts.servers = try [server("s", "ACTIVE")]
    #expect(
      Topology(parts).treeText == """
        router a
        └─ network n 10.0.0.1
           └─ server s ACTIVE 10.0.0.3
        router b
        └─ network n 10.0.0.2 (above)
        """)
    #expect(Topology(Topology.Parts()).treeText == "no networks")
  }
}
