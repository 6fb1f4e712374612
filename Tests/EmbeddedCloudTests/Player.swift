import Ambience
import Document
import HTTP
import OrderedCollections

/// Who plays: a user of a cloud, in a project.
struct Role: Sendable {
  let user: String
  let password: String
  let project: String
}

/// Plays a scenario's requests on a cloud.
struct Player {
  private let transport: any Transport
  private let ambient: Ambient
  private let authURL: String
  private var variables: [String: String]
  private var endpoints: [String: String] = [:]
  private var administration: [String: String] = [:]

  /// Logs in, and as administrator too where there is one.
  init(
    _ transport: any Transport, _ ambient: Ambient, authURL: String, as role: Role, administrator: Role?
  ) async throws {
    self.transport = transport
    self.ambient = ambient
    self.authURL = authURL
    variables = ["user": role.user, "password": role.password, "project": role.project]
    (variables["token"], endpoints) = try await logIn(role)
    if let administrator {
      (variables["administrator"], administration) = try await logIn(administrator)
    }
  }

  /// A token, and where the services are.
  private func logIn(_ role: Role) async throws -> (String?, [String: String]) {
    let body: Value = [
      "auth": [
        "identity": [
          "methods": ["password"],
          "password": [
            "user": [
              "name": .string(role.user), "domain": ["id": "default"], "password": .string(role.password),
            ]
          ],
        ],
        "scope": ["project": ["name": .string(role.project), "domain": ["id": "default"]]],
      ]
    ]
    let response = try await transport.send(
      Request(.post, authURL + "/auth/tokens", body: Array(body.jsonText().utf8)))
    var endpoints: [String: String] = [:]
    for entry in try Value.json(response.body)["token"]?["catalog"]?.list ?? [] {
      guard let type = entry["type"]?.string, let url = entry["endpoints"]?[0]?["url"]?.string else {
        continue
      }
      let name = type == "volumev3" ? "volume" : type == "object-store" ? "object" : type
      endpoints[name] = url
    }
    endpoints["identity"] = String(authURL.dropLast("/v3".count))
    let roots = ["compute": "/v2.1", "volume": "/v3", "network": "/v2.0", "image": "/v2", "object": "/v1"]
    for (name, version) in roots {
      let url = endpoints[name] ?? ""
      endpoints[name + "-root"] = url.firstRange(of: version).map { String(url[..<$0.lowerBound]) } ?? url
    }
    return (response.headers["X-Subject-Token"], endpoints)
  }

  /// Whether the cloud has a service, as scenarios call it.
  func knows(_ service: String) -> Bool { endpoints[service]?.isEmpty == false }

  /// Whether a service that the cloud knows takes connections: one may be listed and not run.
  func reaches(_ service: String) async throws -> Bool {
    do {
      _ = try await transport.send(Request(.get, endpoints[service] ?? ""))
      return true
    } catch let error as HTTPError where error.code == .unreachable {
      return false
    }
  }

  // MARK: - Steps

  mutating func play(_ step: Scenario.Step) async throws -> Outcome {
    var states: [String] = []
    var response = try await transport.send(try request(step))
    if let wait = step.raw["wait"] {
      let ends = (wait["for"]?.list ?? []).compactMap(\.scalarText)
      // At most a minute.
      for _ in 0..<6000 {
        let state = try state(response, at: wait["at"]?.string ?? "")
        if states.last != state { states.append(state) }
        if ends.contains(state) || response.status >= 400 { break }
        try await ambient.sleep(.milliseconds(10))
        response = try await transport.send(try request(step))
      }
    }
    for (name, path) in step.raw["keep"]?.map ?? [:] {
      variables[name] = look(try Value.json(response.body), path.string ?? "")
    }
    return Outcome(response, states: states)
  }

  private func state(_ response: Response, at path: String) throws -> String {
    guard response.status == 200 else { return String(response.status) }
    let value = try Value.json(response.body)
    return path.split(separator: "+").map { look(value, String($0)) ?? "" }.joined(separator: "+")
  }

  private func request(_ step: Scenario.Step) throws -> Request {
    let endpoints = step.isAdministration ? administration : endpoints
    var url = (endpoints[step.service] ?? "") + filled(step.path)
    if step.service == "object", step.path.hasPrefix("/?") || step.path == "/" {
      url = (endpoints["object"] ?? "") + step.path.dropFirst()
    }
    var headers: Headers = step.raw["body"] == nil ? [:] : ["Content-Type": "application/json"]
    if step.raw["login"]?.bool != false {
      headers["X-Auth-Token"] = variables[step.isAdministration ? "administrator" : "token"]
    }
    for (name, value) in step.raw["headers"]?.map ?? [:] { headers[name] = filled(value.string ?? "") }
    if let version = step.raw["version"]?.string { headers["OpenStack-API-Version"] = version }
    var body: [UInt8] = []
    if let value = step.raw["body"] { body = Array(filled(value).jsonText().utf8) }
    if let text = step.raw["text"]?.string { body = Array(text.utf8) }
    return Request(step.method, url, headers: headers, body: body)
  }

  // MARK: - Variables

  private func filled(_ text: String) -> String {
    variables.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
  }

  private func filled(_ value: Value) -> Value {
    switch value {
    case .string(let text): .string(filled(text))
    case .list(let items): .list(items.map(filled))
    case .map(let members): .map(members.mapValues(filled))
    default: value
    }
  }

  /// What is at a path such as `networks.0.id` or `flavors[name=m1.nano].id`.
  private func look(_ value: Value, _ path: String) -> String? {
    if let match = path.wholeMatch(of: #/(\w+)\[(\w+)=([^\]]+)\]\.(\w+)/#) {
      let item = value[String(match.1)]?.list?.first { $0[String(match.2)]?.string == String(match.3) }
      return item?[String(match.4)]?.scalarText
    }
    if path.hasSuffix("/") {
      return look(value, String(path.dropLast()))?.split(separator: "/").last.map(String.init)
    }
    var found: Value? = value
    // A name may itself hold a full stop, but none of those in use does.
    for part in path.split(separator: ".") {
      found = Int(part).map { found?[$0] } ?? found?[String(part)]
    }
    return found?.scalarText
  }
}
