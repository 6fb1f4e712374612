import Ambience
import Document
import EmbeddedCloud
import HTTP
import OpenStack
import OrderedCollections
import Simulation
import StackEngine
import Testing

@Suite("What is behind a load balancer")
struct BalancerTests {
  private static let template = """
    heat_template_version: 2018-08-31
    resources:
      balancer: {type: OS::Octavia::LoadBalancer, properties: {vip_subnet: private-subnet}}
      listener:
        type: OS::Octavia::Listener
        properties: {loadbalancer: {get_resource: balancer}, protocol: HTTP, protocol_port: 80}
      pool:
        type: OS::Octavia::Pool
        properties: {listener: {get_resource: listener}, protocol: HTTP, lb_algorithm: ROUND_ROBIN}
      monitor:
        type: OS::Octavia::HealthMonitor
        properties: {pool: {get_resource: pool}, type: HTTP, delay: 5, timeout: 3, max_retries: 2}
      web1:
        type: OS::Nova::Server
        properties: &web {image: cirros, flavor: m1.nano, networks: [{network: private}]}
      web2: {type: OS::Nova::Server, properties: *web}
      member1: &member
        type: OS::Octavia::PoolMember
        properties: {pool: {get_resource: pool}, address: {get_attr: [web1, first_address]}, protocol_port: 22}
      member2:
        type: OS::Octavia::PoolMember
        properties: {pool: {get_resource: pool}, address: {get_attr: [web2, first_address]}, protocol_port: 22}
      zone: {type: OS::Designate::Zone, properties: {name: shop.example., email: ops@shop.example}}
      name:
        type: OS::Designate::RecordSet
        properties:
          zone: {get_resource: zone}
          name: www.shop.example.
          type: A
          records: [{get_attr: [balancer, vip_address]}]
    outputs:
      address: {value: {get_attr: [balancer, vip_address]}}
    """

  @Test("a balancer answers as long as one of its members does, and says which don't")
  func traffic() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let stack = try await pad.engine.create("shop", pad.template(Self.template)).record(in: pad.engine)
      let address = try #require(stack.outputs["address"]?.shown?.string)
      let servers = ["web1", "web2"].compactMap { stack.resources[$0]?.physical?.id }
      let pool = try #require(stack.resources["pool"]?.physical?.id)
      #expect(await pad.cloud.connect(address, port: 80) == .open)
      #expect(await pad.cloud.connect(address, port: 81) == .refused)
      try await pad.cloud.guest(servers[0]).hang()
      #expect(await pad.cloud.connect(address, port: 80) == .open)
      let members =
        try await pad.client.request(service: "load-balancer", path: "/lbaas/pools/\(pool)/members")[
          "members"]?.list ?? []
      #expect(
        members.map { $0["operating_status"]?.string }.sorted { $0 ?? "" < $1 ?? "" } == ["ERROR", "ONLINE"])
      try await pad.cloud.guest(servers[1]).hang()
      #expect(await pad.cloud.connect(address, port: 80) == .refused)
    }
  }

  @Test("the parts of a balancer are made and deleted though it takes one change at a time")
  func life() throws {
    let pad = try Launchpad()
    try pad.time.run {
      let stack = try await pad.engine.create("shop", pad.template(Self.template)).result()
      #expect(stack.status == .createComplete)
      #expect(try await pad.engine.drift(of: "shop").allSatisfy { $0.state == .inSync })
      _ = try await pad.engine.delete("shop").result()
      let balancers = try await pad.client.request(service: "load-balancer", path: "/lbaas/loadbalancers")
      #expect(balancers["loadbalancers"] == [])
      #expect(try await pad.client.request(service: "dns", path: "/zones")["zones"] == [])
    }
  }
}
