import Document
import OrderedCollections
import Testing

@testable import OpenStack

@Suite("Servers as Nova shows them")
struct ServerTests {
  @Test("where a server runs is known to those who are shown it, and while it runs somewhere")
  func placement() throws {
    func placement(_ more: Value) throws -> Server.Placement {
      var raw = more.map ?? [:]
      raw["id"] = "0f0e"
      return try #require(Server(.map(raw))).placement
    }
    #expect(
      try placement([
        "OS-EXT-SRV-ATTR:host": "compute-1", "OS-EXT-SRV-ATTR:hypervisor_hostname": "compute-1.example.org",
        "OS-EXT-SRV-ATTR:instance_name": "instance-0000002a",
      ])
        == Server.Placement(
          host: "compute-1", hypervisor: "compute-1.example.org", instance: "instance-0000002a"))
    #expect(
      try placement([
        "OS-EXT-SRV-ATTR:host": nil, "OS-EXT-SRV-ATTR:hypervisor_hostname": nil,
        "OS-EXT-SRV-ATTR:instance_name": "instance-0000002a",
      ]) == Server.Placement(host: nil, hypervisor: nil, instance: "instance-0000002a"))
    #expect(try placement([:]) == Server.Placement(host: nil, hypervisor: nil, instance: nil))
  }
}
