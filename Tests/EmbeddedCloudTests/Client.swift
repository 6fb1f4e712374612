import Ambience
import Document
import EmbeddedCloud
import HTTP
import OrderedCollections
import Simulation

/// Talks to an embedded cloud as one of its users, on a clock that sleeping moves on.
struct Client {
  let cloud: EmbeddedCloud
  let time: VirtualTime
  private let token: String
  let project: String

  init(
    _ user: String = Account.user, pace: EmbeddedCloud.Pace = .brisk, on other: Client? = nil
  ) async throws {
    time = other?.time ?? VirtualTime()
    cloud = other?.cloud ?? EmbeddedCloud(ambient: time.ambient, pace: pace)
    let answer = try await cloud.send(Self.logIn(user, password: user))
    token = answer.headers["X-Subject-Token"] ?? ""
    project = try Value.json(answer.body)["token"]?["project"]?["id"]?.string ?? ""
  }

  static func logIn(_ user: String, password: String, project: String? = nil) -> Request {
    let text = """
      {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "\(user)",
      "domain": {"id": "default"}, "password": "\(password)"}}},
      "scope": {"project": {"name": "\(project ?? user)", "domain": {"id": "default"}}}}}
      """
    return Request(.post, EmbeddedCloud.address + "/identity/v3/auth/tokens", body: Array(text.utf8))
  }

  // MARK: - Requests

  func send(
    _ method: Request.Method, _ path: String, _ body: Value? = nil, headers: Headers = [:],
    timeout: Duration = .seconds(60)
  ) async throws -> Response {
    var headers = headers
    if headers["X-Auth-Token"] == nil { headers["X-Auth-Token"] = token }
    return try await cloud.send(
      Request(
        method, EmbeddedCloud.address + path.replacing("PROJECT", with: project), headers: headers,
        body: body.map { Array($0.jsonText().utf8) } ?? [], timeout: timeout))
  }

  /// The JSON of an answer.
  @discardableResult
  func json(_ method: Request.Method, _ path: String, _ body: Value? = nil) async throws -> Value {
    let response = try await send(method, path, body)
    return response.body.isEmpty ? .null : try Value.json(response.body)
  }

  func id(_ list: String, _ name: String) async throws -> String {
    let things = try await json(.get, list).map?.values.compactMap(\.list).first ?? []
    return things.first { $0["name"]?.string == name }?["id"]?.string ?? ""
  }

  // MARK: - Servers

  /// Asks for a server on the private network.
  func createServer(_ name: String = "one", userData: String? = nil) async throws -> Value {
    var server: OrderedDictionary<String, Value> = [
      "name": .string(name), "flavorRef": "c1",
      "imageRef": .string(try await id("/image/v2/images?name=cirros", "cirros")),
      "networks": [["uuid": .string(try await id("/network/v2.0/networks", "private"))]],
    ]
    if let userData { server["user_data"] = .string(userData) }
    return try await json(.post, "/compute/v2.1/servers", ["server": .map(server)])
  }

  /// Makes a server and waits until its guest is up.
  func bootServer(_ name: String = "one", userData: String? = nil) async throws -> String {
    let id = try await createServer(name, userData: userData)["server"]?["id"]?.string ?? ""
    time.advance(by: .seconds(5))
    return id
  }

  func status(_ server: String) async throws -> String? {
    try await json(.get, "/compute/v2.1/servers/" + server)["server"]?["status"]?.string
  }

  /// Gives a server a floating IP; its address.
  func expose(_ server: String) async throws -> String {
    let port = try await json(.get, "/network/v2.0/ports?device_id=" + server)["ports"]?[0]?["id"] ?? .null
    let network = try await id("/network/v2.0/networks", "public")
    let made = try await json(
      .post, "/network/v2.0/floatingips",
      ["floatingip": ["floating_network_id": .string(network), "port_id": port]])
    return made["floatingip"]?["floating_ip_address"]?.string ?? ""
  }

  /// Lets TCP from everywhere to a port into the default group.
  func open(_ port: Int64) async throws {
    let group = try await id("/network/v2.0/security-groups", "default")
    let answer = try await send(
      .post, "/network/v2.0/security-group-rules",
      [
        "security_group_rule": [
          "security_group_id": .string(group), "direction": "ingress", "protocol": "tcp",
          "port_range_min": .integer(port), "port_range_max": .integer(port),
          "remote_ip_prefix": "0.0.0.0/0",
        ]
      ])
    precondition(answer.status == 201, "the rule was refused")
  }
}
