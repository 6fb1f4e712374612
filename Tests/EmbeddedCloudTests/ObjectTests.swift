import Ambience
import Document
import EmbeddedCloud
import HTTP
import Secrets
import Simulation
import Testing

@Suite("The embedded object store")
struct ObjectTests {
  private static let account = "/object/v1/AUTH_PROJECT"

  private func put(_ client: Client, _ path: String, _ text: String, _ headers: Headers = [:]) async throws {
    let answer = try await client.cloud.send(
      Request(
        .put, EmbeddedCloud.address + "/object/v1/AUTH_\(client.project)/" + path,
        headers: try await signed(client, headers), body: Array(text.utf8)))
    #expect(answer.status == 201)
  }

  private func signed(_ client: Client, _ headers: Headers) async throws -> Headers {
    let login = try await client.cloud.send(Client.logIn("demo", password: "demo"))
    var headers = headers
    headers["X-Auth-Token"] = login.headers["X-Subject-Token"]
    return headers
  }

  private func names(_ client: Client, _ query: String = "") async throws -> [String] {
    let list = try await client.json(.get, Self.account + "/c?format=json" + query)
    return (list.list ?? []).compactMap { ($0["name"] ?? $0["subdir"])?.string }
  }

  @Test("lists in order, by prefix, delimiter, marker and limit")
  func lists() async throws {
    let client = try await Client()
    _ = try await client.send(.put, Self.account + "/c")
    for name in ["b/2", "a", "b/1", "c"] { try await put(client, "c/" + name, name) }
    #expect(try await names(client) == ["a", "b/1", "b/2", "c"])
    #expect(try await names(client, "&delimiter=/") == ["a", "b/", "c"])
    #expect(try await names(client, "&prefix=b/") == ["b/1", "b/2"])
    #expect(try await names(client, "&marker=b/1") == ["b/2", "c"])
    #expect(try await names(client, "&limit=1") == ["a"])
  }

  @Test("an object that is to go away does")
  func expiry() async throws {
    let client = try await Client()
    _ = try await client.send(.put, Self.account + "/c")
    try await put(client, "c/x", "x", ["X-Delete-After": "60"])
    #expect(try await client.send(.get, Self.account + "/c/x").status == 200)
    client.time.advance(by: .seconds(61))
    #expect(try await client.send(.get, Self.account + "/c/x").status == 404)
    #expect(try await client.send(.delete, Self.account + "/c").status == 204)
  }

  @Test("a container keeps versions, and gives them back one deletion after another")
  func versions() async throws {
    let client = try await Client()
    _ = try await client.send(.put, Self.account + "/c", headers: ["X-Versions-Location": "c"])
    for text in ["one", "two", "three"] {
      try await put(client, "c/x", text)
      client.time.advance(by: .seconds(1))
    }
    #expect(try await names(client, "&prefix=001x/").count == 2)
    for text in ["three", "two", "one"] {
      let answer = try await client.send(.get, Self.account + "/c/x")
      #expect(String(decoding: answer.body, as: UTF8.self) == text)
      #expect(try await client.send(.delete, Self.account + "/c/x").status == 204)
    }
    #expect(try await names(client) == [])
  }

  @Test("an object is named by its digest")
  func digest() async throws {
    let client = try await Client()
    _ = try await client.send(.put, Self.account + "/c")
    try await put(client, "c/x", "hello")
    let answer = try await client.send(.head, Self.account + "/c/x")
    #expect(answer.headers["Etag"] == "5d41402abc4b2a76b9719d911017c592")
    #expect(answer.headers["Content-Length"] == "5")
    #expect(answer.body.isEmpty)
  }

  @Test("nobody looks into another project's account")
  func accounts() async throws {
    let demo = try await Client()
    let other = try await Client("alt_demo", on: demo)
    let answer = try await other.send(.get, "/object/v1/AUTH_\(demo.project)")
    #expect(answer.status == 403)
  }

  @Test(
    "a temporary URL is good for its method, its object and its time",
    arguments: [
      ("GET", "/c/x", 100, Request.Method.get, 200), ("GET", "/c/x", 100, .head, 200),
      ("GET", "/c/x", 100, .put, 401), ("GET", "/c/y", 100, .get, 401), ("GET", "/c/x", -100, .get, 401),
      ("PUT", "/c/x", 100, .put, 201),
    ])
  func temporary(signed: String, path: String, left: Int64, used: Request.Method, status: Int) async throws {
    let client = try await Client()
    _ = try await client.send(.post, Self.account, headers: ["X-Account-Meta-Temp-URL-Key": "k"])
    _ = try await client.send(.put, Self.account + "/c")
    try await put(client, "c/x", "hello")
    let expires = client.time.ambient.now().milliseconds / 1000 + left
    let text = "\(signed)\n\(expires)\n/v1/AUTH_\(client.project)\(path)"
    let signature = Signature.hmacSHA1(text, key: Secret("k"))
    let url =
      EmbeddedCloud.address + "/object/v1/AUTH_\(client.project)/c/x"
      + "?temp_url_sig=\(signature)&temp_url_expires=\(expires)"
    #expect(try await client.cloud.send(Request(used, url, body: [1])).status == status)
  }
}
