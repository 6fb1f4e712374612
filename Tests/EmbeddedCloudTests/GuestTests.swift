import Ambience
import Document
import EmbeddedCloud
import HTTP
import Secrets
import Simulation
import Testing

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

@Suite("Guests")
struct GuestTests {
  private func packed(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

  // MARK: - Reachable or not

  @Test("a guest's page is at its floating IP, if the security group lets it in")
  func page() async throws {
    let client = try await Client()
    let address = try await client.expose(try await client.bootServer())
    #expect(await client.cloud.connect(address, port: 80) == .silent)
    let error = await #expect(throws: HTTPError.self) {
      try await client.cloud.send(Request(.get, "http://\(address)/wordpress", timeout: .seconds(5)))
    }
    #expect(error?.code == .timedOut)
    try await client.open(80)
    #expect(await client.cloud.connect(address, port: 80) == .open)
    let answer = try await client.cloud.send(Request(.get, "http://\(address)/wordpress"))
    #expect(answer.status == 200)
    #expect(String(decoding: answer.body, as: UTF8.self).contains("WordPress"))
  }

  @Test("a neighbour reaches the fixed address")
  func fixed() async throws {
    let client = try await Client()
    let server = try await client.bootServer()
    let port = try await client.json(.get, "/network/v2.0/ports?device_id=" + server)["ports"]?[0]
    let address = port?["fixed_ips"]?[0]?["ip_address"]?.string ?? ""
    #expect(await client.cloud.connect(address, port: 80) == .open)
    #expect(await client.cloud.connect(address, port: 3306) == .refused)
  }

  @Test("nothing is at an address that nobody has")
  func nobody() async throws {
    let client = try await Client()
    #expect(await client.cloud.connect("203.0.113.99", port: 80) == .silent)
  }

  @Test("the ports are those of the services in the user data")
  func services() async throws {
    let client = try await Client()
    try await client.open(3306)
    let data = packed("#!/bin/bash\nsystemctl start mysqld.service\n")
    let address = try await client.expose(try await client.bootServer(userData: data))
    #expect(await client.cloud.connect(address, port: 3306) == .open)
    try await client.open(80)
    #expect(await client.cloud.connect(address, port: 80) == .refused)
  }

  @Test("a server that still boots isn't reached")
  func booting() async throws {
    let client = try await Client()
    _ = try await client.createServer()
    await #expect(throws: EmbeddedCloudError.self) { try await client.cloud.guest("nothing") }
  }

  // MARK: - Broken and healed

  @Test(
    "a broken application comes back with a remedy that is strong enough, and no weaker",
    arguments: [Remedy.restart, .softReboot, .hardReboot, .rebuild])
  func remedies(needed: Remedy) async throws {
    let client = try await Client()
    let server = try await client.bootServer()
    let guest = try await client.cloud.guest(server)
    try await guest.breakApplication(until: needed)
    #expect(try await !guest.applicationIsUp)
    for remedy in Remedy.allCases where remedy < .replace {
      try await apply(remedy, server, client)
      #expect(try await guest.applicationIsUp == (remedy >= needed), "after \(remedy)")
    }
  }

  private func apply(_ remedy: Remedy, _ server: String, _ client: Client) async throws {
    let path = "/compute/v2.1/servers/\(server)/action"
    switch remedy {
    case .restart: try await client.cloud.restartService("httpd", on: server)
    case .softReboot: try await client.json(.post, path, ["reboot": ["type": "SOFT"]])
    case .hardReboot: try await client.json(.post, path, ["reboot": ["type": "HARD"]])
    case .rebuild:
      let image = try await client.id("/image/v2/images?name=cirros", "cirros")
      try await client.json(.post, path, ["rebuild": ["imageRef": .string(image)]])
    case .replace: break
    }
    client.time.advance(by: .seconds(5))
  }

  @Test("a broken application refuses connections, and the system still answers")
  func refused() async throws {
    let client = try await Client()
    try await client.open(80)
    try await client.open(22)
    let server = try await client.bootServer()
    let address = try await client.expose(server)
    try await client.cloud.breakApplication(on: server, until: .rebuild)
    #expect(await client.cloud.connect(address, port: 80) == .refused)
    #expect(await client.cloud.connect(address, port: 22) == .open)
    let error = await #expect(throws: HTTPError.self) {
      try await client.cloud.send(Request(.get, "http://\(address)/"))
    }
    #expect(error?.code == .unreachable)
  }

  @Test("a system that hangs is silent until a hard reboot")
  func hang() async throws {
    let client = try await Client()
    try await client.open(80)
    let server = try await client.bootServer()
    let address = try await client.expose(server)
    try await client.cloud.guest(server).hang()
    #expect(await client.cloud.connect(address, port: 80) == .silent)
    try await apply(.softReboot, server, client)
    #expect(await client.cloud.connect(address, port: 80) == .silent)
    try await apply(.hardReboot, server, client)
    #expect(await client.cloud.connect(address, port: 80) == .open)
  }

  @Test("a stopped server is silent, and comes back when it is started")
  func stopped() async throws {
    let client = try await Client()
    let server = try await client.bootServer()
    let action = "/compute/v2.1/servers/\(server)/action"
    try await client.json(.post, action, ["os-stop": nil])
    client.time.advance(by: .seconds(2))
    #expect(try await client.status(server) == "SHUTOFF")
    #expect(try await !client.cloud.applicationIsUp(on: server))
    try await client.json(.post, action, ["os-start": nil])
    client.time.advance(by: .seconds(3))
    #expect(try await client.cloud.applicationIsUp(on: server))
  }

  // MARK: - Signals

  /// A temporary URL for a PUT of `signals/handle`.
  private func handle(_ client: Client, expires: Int64 = 4_000_000_000) async throws -> String {
    _ = try await client.send(
      .post, "/object/v1/AUTH_PROJECT", headers: ["X-Account-Meta-Temp-URL-Key": "key"])
    _ = try await client.send(.put, "/object/v1/AUTH_PROJECT/signals")
    let path = "/v1/AUTH_\(client.project)/signals/handle"
    let signature = Signature.hmacSHA256("PUT\n\(expires)\n\(path)", key: Secret("key"))
    return "http://cloud.embedded/object\(path)?temp_url_sig=\(signature)&temp_url_expires=\(expires)"
  }

  private func signal(_ client: Client) async throws -> Value {
    let answer = try await client.send(.get, "/object/v1/AUTH_PROJECT/signals/handle")
    return answer.status == 200 ? try Value.json(answer.body) : .null
  }

  private func script(_ url: String) -> String {
    """
    #!/bin/bash
    function error_exit
    {
      /opt/aws/bin/cfn-signal -e 1 -r "$1" '\(url)'
      exit 1
    }
    /opt/aws/bin/cfn-init || error_exit 'Failed to run cfn-init'
    /opt/aws/bin/cfn-signal -e 0 -r "WordPress setup complete" '\(url)'
    """
  }

  @Test("a guest signals its wait condition when its script is done")
  func success() async throws {
    let client = try await Client()
    let url = try await handle(client)
    let created = try await client.createServer(userData: packed(script(url)))
    #expect(try await signal(client) == .null)
    client.time.advance(by: .seconds(5))
    let told = try await signal(client)
    #expect(told["Status"] == "SUCCESS")
    #expect(told["Reason"] == "WordPress setup complete")
    #expect(told["UniqueId"] == created["server"]?["id"])
  }

  @Test("a script may keep the address and what it tells in variables")
  func variables() async throws {
    let client = try await Client()
    let script = """
      #!/bin/bash
      export HANDLE="\(try await handle(client))"
      KEY=secret
      /opt/aws/bin/cfn-signal -e 0 --data "${KEY}-$KEY" -r 'costs $KEY' "${HANDLE}"
      """
    _ = try await client.bootServer(userData: packed(script))
    let told = try await signal(client)
    #expect(told["Status"] == "SUCCESS")
    #expect(told["Reason"] == "costs $KEY")
    #expect(told["Data"] == "secret-secret")
  }

  @Test("the script may be in a multipart message, as heat-cfntools wants it")
  func multipart() async throws {
    let client = try await Client()
    let url = try await handle(client)
    let message = """
      Content-Type: multipart/mixed; boundary="===x=="
      MIME-Version: 1.0

      --===x==
      Content-Type: text/cloud-config; charset="us-ascii"
      Content-Disposition: attachment; filename="cloud-config"

      #cloud-config
      --===x==
      Content-Type: text/x-cfninitdata; charset="us-ascii"
      Content-Transfer-Encoding: base64
      Content-Disposition: attachment; filename="cfn-userdata"

      \(packed(script(url)))
      --===x==--
      """
    _ = try await client.bootServer(userData: packed(message))
    #expect(try await signal(client)["Status"] == "SUCCESS")
  }

  @Test("a guest whose script fails says so")
  func failure() async throws {
    let client = try await Client()
    let url = try await handle(client)
    await client.cloud.add(.servers("", .failGuest("yum is broken")))
    _ = try await client.bootServer(userData: packed(script(url)))
    let told = try await signal(client)
    #expect(told["Status"] == "FAILURE")
    #expect(told["Reason"] == "yum is broken")
  }

  @Test("a guest that never boots signals nothing")
  func dead() async throws {
    let client = try await Client()
    let url = try await handle(client)
    await client.cloud.add(.servers("", .deadGuest))
    let server = try await client.bootServer(userData: packed(script(url)))
    #expect(try await client.status(server) == "ACTIVE")
    #expect(try await signal(client) == .null)
  }

  @Test("a reboot doesn't run the script again, and a rebuild does")
  func again() async throws {
    let client = try await Client()
    let url = try await handle(client)
    let server = try await client.bootServer(userData: packed(script(url)))
    _ = try await client.send(.delete, "/object/v1/AUTH_PROJECT/signals/handle")
    try await apply(.hardReboot, server, client)
    #expect(try await signal(client) == .null)
    try await apply(.rebuild, server, client)
    #expect(try await signal(client)["Status"] == "SUCCESS")
  }

  @Test("a URL that has expired, or isn't signed, takes no signal")
  func refusedSignal() async throws {
    let client = try await Client()
    let expired = try await handle(client, expires: 1_000_000_000)
    let forged = try await handle(client).replacing("temp_url_sig=", with: "temp_url_sig=0")
    for url in [expired, forged] {
      let answer = try await client.cloud.send(Request(.put, url, body: [1]))
      #expect(answer.status == 401)
      _ = try await client.bootServer(userData: packed(script(url)))
    }
    #expect(try await signal(client) == .null)
  }

  @Test("a signal to elsewhere waits for somebody to carry it")
  func outside() async throws {
    let client = try await Client()
    _ = try await client.bootServer(userData: packed(script("https://example.org/handle")))
    let requests = await client.cloud.takeOutbox()
    #expect(requests.map(\.url) == ["https://example.org/handle"])
    #expect(await client.cloud.takeOutbox().isEmpty)
  }
}
