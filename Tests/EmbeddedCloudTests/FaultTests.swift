import Document
import EmbeddedCloud
import HTTP
import Simulation
import Testing

@Suite("Faults on request")
struct FaultTests {
  @Test("a refusal is in the service's own words, and is used up")
  func refusal() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(.get, "/servers", .refuse(503, "no database", retryAfter: 7)))
    let refused = try await client.send(.get, "/compute/v2.1/servers")
    #expect(refused.status == 503)
    #expect(refused.headers["Retry-After"] == "7")
    #expect(try Value.json(refused.body)["serviceUnavailable"]?["message"] == "no database")
    #expect(try await client.send(.get, "/compute/v2.1/servers").status == 200)
  }

  @Test("it strikes the request after those that go well, and only the method and path that it is meant for")
  func aim() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(.post, "/network/*/ports", .refuse(500, "x"), skips: 1, times: 2))
    let network = try await client.id("/network/v2.0/networks", "private")
    var statuses: [Int] = []
    for _ in 0..<4 {
      let answer = try await client.send(
        .post, "/network/v2.0/ports", ["port": ["network_id": .string(network)]])
      statuses.append(answer.status)
    }
    #expect(statuses == [201, 500, 500, 201])
    #expect(try await client.send(.get, "/network/v2.0/ports").status == 200)
  }

  @Test("a lost reply leaves behind what was asked for")
  func lostReply() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(.post, "/volumes", .loseReply))
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]])
    }
    #expect(error?.code == .connectionLost)
    #expect(try await client.json(.get, "/volume/v3/PROJECT/volumes")["volumes"]?.list?.count == 1)
  }

  @Test("a lost request leaves nothing behind, and takes the client's whole patience")
  func lostRequest() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(.post, "/volumes", .loseRequest))
    let before = client.time.uptime
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(
        .post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]], timeout: .seconds(30))
    }
    #expect(error?.code == .timedOut)
    #expect(client.time.uptime - before >= .seconds(30))
    #expect(try await client.json(.get, "/volume/v3/PROJECT/volumes")["volumes"]?.list?.isEmpty ?? false)
  }

  @Test("a delay lengthens the answer")
  func delay() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(nil, "/flavors", .delay(.fixed(.seconds(4)))))
    let before = client.time.uptime
    #expect(try await client.send(.get, "/compute/v2.1/flavors").status == 200)
    #expect(client.time.uptime - before >= .seconds(4))
  }

  @Test("a delay that is longer than the client waits is a timeout")
  func longDelay() async throws {
    let client = try await Client()
    await client.cloud.add(Fault(nil, "/flavors", .delay(.fixed(.seconds(90)))))
    let error = await #expect(throws: HTTPError.self) {
      try await client.send(.get, "/compute/v2.1/flavors")
    }
    #expect(error?.code == .timedOut)
  }

  @Test("delays are scattered about their median, with as long a tail as asked for")
  func scatter() async throws {
    let latency = Latency(median: .milliseconds(100), tail: .seconds(2))
    let ambient = VirtualTime().ambient
    let spans = (0..<2000).map { _ in latency.next(ambient) }.sorted()
    #expect(spans[1000] > .milliseconds(80) && spans[1000] < .milliseconds(125))
    #expect(spans[1980] > .seconds(1) && spans[1980] < .seconds(4))
  }

  @Test("a service that is cut off gets no request until its time is over, and the others do")
  func partition() async throws {
    let client = try await Client()
    await client.cloud.add(.partition(.volume, for: .seconds(100)))
    for _ in 0..<2 {
      let error = await #expect(throws: HTTPError.self) {
        try await client.send(.get, "/volume/v3/PROJECT/volumes", timeout: .seconds(10))
      }
      #expect(error?.code == .timedOut)
    }
    #expect(try await client.send(.get, "/compute/v2.1/servers").status == 200)
    client.time.advance(by: .seconds(81))
    #expect(try await client.send(.get, "/volume/v3/PROJECT/volumes").status == 200)
  }

  @Test("a build can fail, with its reason in the server")
  func failedBuild() async throws {
    let client = try await Client()
    await client.cloud.add(.servers("web", .failBuild("No valid host was found. ")))
    let good = try await client.bootServer("database")
    let bad = try await client.bootServer("web-1")
    #expect(try await client.status(good) == "ACTIVE")
    let server = try await client.json(.get, "/compute/v2.1/servers/" + bad)["server"]
    #expect(server?["status"] == "ERROR")
    #expect(server?["fault"]?["message"] == "No valid host was found. ")
    #expect(try await client.json(.get, "/network/v2.0/ports?device_id=" + bad)["ports"] == [])
  }

  @Test("a build can get stuck, and the server can still be deleted")
  func stuckBuild() async throws {
    let client = try await Client()
    await client.cloud.add(.servers("", .stuckBuild))
    let id = try await client.bootServer()
    client.time.advance(by: .seconds(1800))
    #expect(try await client.status(id) == "BUILD")
    #expect(try await client.send(.delete, "/compute/v2.1/servers/" + id).status == 204)
    client.time.advance(by: .seconds(2))
    #expect(try await client.status(id) == nil)
  }

  @Test("tokens can be made to expire")
  func tokens() async throws {
    let client = try await Client()
    await client.cloud.expireTokens()
    let answer = try await client.send(.get, "/compute/v2.1/servers")
    #expect(answer.status == 401)
    #expect(answer.headers["WWW-Authenticate"] == "Keystone uri=\"http://cloud.embedded/identity/v3\"")
  }

  @Test("tokens expire by themselves after an hour")
  func expiry() async throws {
    let client = try await Client()
    client.time.advance(by: .seconds(3590))
    #expect(try await client.send(.get, "/compute/v2.1/flavors").status == 200)
    client.time.advance(by: .seconds(20))
    #expect(try await client.send(.get, "/compute/v2.1/flavors").status == 401)
  }

  @Test("chance decides as the seed says")
  func chance() async throws {
    func strikes() async throws -> [Int] {
      let client = try await Client()
      await client.cloud.add(Fault(.get, "/flavors", .refuse(500, "x"), times: 1000, chance: 0.5))
      var statuses: [Int] = []
      for _ in 0..<40 { statuses.append(try await client.send(.get, "/compute/v2.1/flavors").status) }
      return statuses
    }
    let first = try await strikes()
    #expect(Set(first) == [200, 500])
    #expect(try await strikes() == first)
  }

  @Test("a cancelled request is cancelled, and does nothing")
  func cancellation() async throws {
    let client = try await Client()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await client.send(.post, "/volume/v3/PROJECT/volumes", ["volume": ["size": 1]])
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await client.json(.get, "/volume/v3/PROJECT/volumes")["volumes"]?.list?.isEmpty ?? false)
  }

  /// Nova's `task_states.ALLOW_REBOOT` has the hard reboot that is asked for, not the one that has begun.
  @Test("a reboot that is stuck is ended by a hard one, unless it was a hard one itself")
  func stuckReboot() async throws {
    let client = try await Client()
    let server = try await client.bootServer()
    let path = "/compute/v2.1/servers/\(server)/action"
    func reboot(_ type: Value) async throws -> Int {
      let answer = try await client.send(.post, path, ["reboot": ["type": type]])
      client.time.advance(by: .seconds(60))
      return answer.status
    }
    await client.cloud.add(Fault(nil, "", .stuckAction))
    #expect(try await reboot("SOFT") == 202)
    #expect(try await client.status(server) == "REBOOT")
    #expect(await client.cloud.release(of: server) == .hardReboot)
    #expect(try await reboot("SOFT") == 409)
    #expect(try await reboot("HARD") == 202)
    #expect(try await client.status(server) == "ACTIVE")
    #expect(await client.cloud.release(of: server) == nil)

    await client.cloud.add(Fault(nil, "", .stuckAction))
    #expect(try await reboot("HARD") == 202)
    #expect(try await client.status(server) == "HARD_REBOOT")
    #expect(await client.cloud.release(of: server) == .deletion)
    #expect(try await reboot("HARD") == 409)
    #expect(try await client.send(.delete, "/compute/v2.1/servers/\(server)").status == 204)
  }
}
