import Ambience
import Document
import EmbeddedCloud
import HTTP
import Simulation
import Testing

@Suite("The embedded cloud")
struct CloudTests {
  @Test("lists page by page, without losing or repeating any")
  func pages() async throws {
    let client = try await Client()
    for number in 1...7 {
      try await client.json(.post, "/network/v2.0/networks", ["network": ["name": .string("n\(number)")]])
    }
    var names: [String] = []
    var path: String? = "/network/v2.0/networks?limit=3"
    while let current = path {
      let page = try await client.json(.get, current)
      names += (page["networks"]?.list ?? []).compactMap { $0["name"]?.string }
      let next = page["networks_links"]?[0]?["href"]?.string
      path = next.map { $0.replacing(EmbeddedCloud.address, with: "") }
    }
    #expect(names == ["private", "public"] + (1...7).map { "n\($0)" })
  }

  @Test("keeps projects apart")
  func projects() async throws {
    let demo = try await Client()
    let server = try await demo.bootServer()
    let other = try await Client("alt_demo", on: demo)
    #expect(try await other.status(server) == nil)
    #expect(try await other.json(.get, "/compute/v2.1/servers")["servers"] == [])
    let networks = try await other.json(.get, "/network/v2.0/networks")["networks"]?.list ?? []
    #expect(networks.compactMap { $0["name"]?.string } == ["public"])
    let admin = try await Client("admin", on: demo)
    #expect(try await admin.status(server) == "ACTIVE")
    let all = try await admin.json(.get, "/compute/v2.1/servers?all_tenants=1")["servers"]?.list
    #expect(all?.count == 1)
  }

  @Test("refuses what is for administrators")
  func forbidden() async throws {
    let client = try await Client()
    let network = try await client.id("/network/v2.0/networks", "public")
    let answer = try await client.send(.delete, "/network/v2.0/networks/" + network)
    #expect(answer.status == 403)
    #expect(
      try Value.json(answer.body)["NeutronError"]?["message"] == "rule:delete_network is disallowed by policy"
    )
    #expect(try await client.send(.get, "/compute/v2.1/servers?all_tenants=1").status == 403)
  }

  @Test(
    "shows administrators, and nobody else, where a server runs and what it is called there, which stays its own"
  )
  func placements() async throws {
    let demo = try await Client()
    let admin = try await Client("admin", on: demo)
    func places(_ client: Client, _ server: String) async throws -> [Value?] {
      let shown = try await client.json(.get, "/compute/v2.1/servers/" + server)["server"]
      return ["host", "hypervisor_hostname", "instance_name"].map { shown?["OS-EXT-SRV-ATTR:" + $0] }
    }
    let first = try await demo.bootServer("first")
    let second = try await demo.bootServer("second")
    #expect(try await places(admin, second) == ["kiln", "kiln", "instance-00000002"])
    #expect(try await places(demo, second) == [nil, nil, nil])
    _ = try await demo.send(.delete, "/compute/v2.1/servers/" + first)
    demo.time.advance(by: .seconds(5))
    #expect(try await places(admin, second) == ["kiln", "kiln", "instance-00000002"])
    let third = try await demo.bootServer("third")
    #expect(try await places(admin, third) == ["kiln", "kiln", "instance-00000003"])
    try await demo.json(.post, "/compute/v2.1/servers/\(second)/action", ["shelve": nil])
    demo.time.advance(by: .seconds(60))
    #expect(try await demo.status(second) == "SHELVED_OFFLOADED")
    #expect(try await places(admin, second) == [.null, .null, "instance-00000002"])
  }

  @Test("a deleted server is gone after a while, with its ports, and its volumes are free")
  func deletion() async throws {
    let client = try await Client()
    let server = try await client.bootServer()
    let volume = try await client.json(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]])
    let id = volume["volume"]?["id"]?.string ?? ""
    client.time.advance(by: .seconds(1))
    try await client.json(
      .post, "/compute/v2.1/servers/\(server)/os-volume_attachments",
      ["volumeAttachment": ["volumeId": .string(id)]])
    client.time.advance(by: .seconds(1))
    #expect(try await client.send(.delete, "/compute/v2.1/servers/" + server).status == 204)
    #expect(try await client.status(server) == "ACTIVE")
    client.time.advance(by: .seconds(3))
    #expect(try await client.status(server) == nil)
    #expect(try await client.json(.get, "/network/v2.0/ports?device_id=" + server)["ports"] == [])
    let freed = try await client.json(.get, "/volume/v3/PROJECT/volumes/" + id)["volume"]
    #expect(freed?["status"] == "available")
  }

  @Test("a port that was given stays when its server goes")
  func givenPort() async throws {
    let client = try await Client()
    let network = try await client.id("/network/v2.0/networks", "private")
    let port =
      try await client.json(
        .post, "/network/v2.0/ports", ["port": ["network_id": .string(network)]])["port"]?["id"] ?? .null
    let image = try await client.id("/image/v2/images?name=cirros", "cirros")
    let made = try await client.json(
      .post, "/compute/v2.1/servers",
      [
        "server": [
          "name": "x", "flavorRef": "c1", "imageRef": .string(image), "networks": [["port": port]],
        ]
      ])
    let server = made["server"]?["id"]?.string ?? ""
    client.time.advance(by: .seconds(3))
    _ = try await client.send(.delete, "/compute/v2.1/servers/" + server)
    // Whoever sees that it is deleted may give the port to another at once.
    while let status = try await client.status(server), status != "DELETED" {
      client.time.advance(by: .milliseconds(50))
    }
    let kept = try await client.json(.get, "/network/v2.0/ports/" + (port.string ?? ""))["port"]
    #expect(kept?["device_id"] == "")
    #expect(kept?["status"] == "DOWN")
  }

  @Test("a deletion overtakes a build")
  func overtaken() async throws {
    let client = try await Client()
    let id = try await client.createServer()["server"]?["id"]?.string ?? ""
    _ = try await client.send(.delete, "/compute/v2.1/servers/" + id)
    client.time.advance(by: .seconds(60))
    #expect(try await client.status(id) == nil)
    #expect(try await client.json(.get, "/compute/v2.1/servers")["servers"] == [])
  }

  @Test("addresses of a subnet run out")
  func addresses() async throws {
    let client = try await Client()
    let network = try await client.json(.post, "/network/v2.0/networks", ["network": ["name": "small"]])
    let id = network["network"]?["id"] ?? .null
    try await client.json(
      .post, "/network/v2.0/subnets",
      ["subnet": ["network_id": id, "cidr": "10.7.0.0/29", "ip_version": 4]])
    var statuses: [Int] = []
    for _ in 0..<6 {
      statuses.append(
        try await client.send(.post, "/network/v2.0/ports", ["port": ["network_id": id]]).status)
    }
    #expect(statuses == [201, 201, 201, 201, 201, 409])
  }

  @Test("without delay, what is asked for is done by the next request")
  func instant() async throws {
    let client = try await Client(pace: .instant)
    let id = try await client.createServer()["server"]?["id"]?.string ?? ""
    #expect(try await client.status(id) == "ACTIVE")
    #expect(try await client.cloud.applicationIsUp(on: id))
    #expect(client.time.uptime == .zero)
  }

  @Test("the images and flavors that templates of 2012 ask for are there")
  func seeds() async throws {
    let client = try await Client()
    for name in ["F16-x86_64-cfntools", "F17-i386-cfntools", "U10-x86_64-cfntools", "F17-x86_64-gold"] {
      #expect(try await client.id("/image/v2/images?name=\(name)", name) != "")
    }
    for name in ["m1.nano", "m1.small", "m1.xlarge", "t1.micro"] {
      #expect(try await client.id("/compute/v2.1/flavors", name) != "")
    }
  }

  @Test("Keystone also answers at the root")
  func root() async throws {
    let client = try await Client()
    let answer = try await client.cloud.send(Request(.get, "http://cloud.embedded/v3"))
    #expect(try Value.json(answer.body)["version"]?["id"] == "v3.14")
  }

  @Test("does the same in the same simulated world")
  func deterministic() throws {
    func history(_ seed: UInt64) throws -> [String] {
      let world = SimulatedWorld(seed: seed)
      let ambient = world.ambient
      try world.run {
        let cloud = EmbeddedCloud(ambient: ambient)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for user in ["demo", "alt_demo", "admin"] {
            group.addTask {
              let answer = try await cloud.send(Client.logIn(user, password: user))
              world.note("\(user) \(answer.status) \(answer.headers["x-openstack-request-id"] ?? "")")
            }
          }
          try await group.waitForAll()
        }
      }
      return world.notes
    }
    #expect(try history(5) == history(5))
    #expect(try history(5) != history(6))
  }

  @Test("a URL without host is no address, and an unknown host is silent")
  func badURL() async throws {
    let client = try await Client()
    let error = await #expect(throws: HTTPError.self) { try await client.cloud.send(Request(.get, "x")) }
    #expect(error?.code == .badURL)
  }
}
