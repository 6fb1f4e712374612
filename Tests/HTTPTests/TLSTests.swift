import HTTP
import Synchronization
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// The openssl program makes the certificates and serves them.
@Suite(.enabled(if: access("/usr/bin/openssl", X_OK) == 0, "the openssl program is not installed"))
struct TLSTests {
  @Test("a server with an own authority is trusted when that is given, and only then")
  func authority() async throws {
    let server = try TLSServer()
    defer { server.stop() }
    let trusting = CurlTransport(.init(tls: TLSOptions(authorityFile: server.certificate)))
    #expect(try await server.whenUp { try await trusting.send(Request(.get, server.url)) }.status == 200)
    await expectHTTPError(.tls) { try await CurlTransport().send(Request(.get, server.url)) }
    await expectHTTPError(.tls) {
      let missing = CurlTransport(.init(tls: TLSOptions(authorityFile: "/nonexistent.pem")))
      return try await missing.send(Request(.get, server.url))
    }
    let careless = CurlTransport(.init(tls: TLSOptions(verifies: false)))
    #expect(try await careless.send(Request(.get, server.url)).status == 200)
  }

  @Test("a certificate for another host is not trusted")
  func otherHost() async throws {
    let server = try TLSServer(host: "DNS:elsewhere.example")
    defer { server.stop() }
    let careless = CurlTransport(.init(tls: TLSOptions(verifies: false)))
    _ = try await server.whenUp { try await careless.send(Request(.get, server.url)) }
    let trusting = CurlTransport(.init(tls: TLSOptions(authorityFile: server.certificate)))
    await expectHTTPError(.tls) { try await trusting.send(Request(.get, server.url)) }
  }
}

/// `openssl s_server` with a certificate of its own making.
private final class TLSServer: Sendable {
  let url: String
  let certificate: String
  private let folder: String
  private let process: pid_t

  init(host: String = "IP:127.0.0.1") throws {
    var template = Array("/tmp/kiln-tls-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw LocalServer.Failure(code: errno) }
    folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    certificate = folder + "/certificate.pem"
    let port = try LocalServer.freePort()
    url = "https://127.0.0.1:\(port)/"
    let key = folder + "/key.pem"
    let maker = try spawn([
      "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
      "-days",
      "2", "-subj", "/CN=kiln", "-addext", "subjectAltName=\(host)", "-keyout", key, "-out", certificate,
    ])
    var status: Int32 = 0
    waitpid(maker, &status, 0)
    guard status == 0 else { throw LocalServer.Failure(code: status) }
    process = try spawn([
      "openssl", "s_server", "-accept", "127.0.0.1:\(port)", "-cert", certificate, "-key", key, "-www",
      "-quiet",
    ])
  }

  /// Tries until the server listens, for at most ten seconds.
  func whenUp(_ send: () async throws -> Response) async throws -> Response {
    for _ in 0..<200 {
      do { return try await send() } catch let error as HTTPError where error.code == .unreachable {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
    return try await send()
  }

  func stop() {
    // A test runner may have blocked the milder signals for its children.
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
    for name in ["key.pem", "certificate.pem"] { unlink(folder + "/" + name) }
    rmdir(folder)
  }
}

private func spawn(_ arguments: [String]) throws -> pid_t {
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  for descriptor: Int32 in 0...2 {
    posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
  }
  var process = pid_t()
  var list: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for text in list { free(text) } }
  let code = posix_spawn(&process, "/usr/bin/openssl", &actions, nil, &list, environ)
  guard code == 0 else { throw LocalServer.Failure(code: code) }
  return process
}
