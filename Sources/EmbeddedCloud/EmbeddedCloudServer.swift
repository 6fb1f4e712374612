import Ambience
import FlyingFox
import FlyingSocks
import Glibc
package import HTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The embedded cloud over TCP, for clients outside of the program.
///
/// Its catalog names the host and port by which a client has come.
package struct EmbeddedCloudServer: Sendable {
  /// The largest body that is taken, in bytes.
  private static let bodyLimit = 64 << 20

  private let cloud: EmbeddedCloud
  private let server: HTTPServer
  private let outside: (any Transport)?

  /// Serves a cloud at an IPv4 address of this machine, and a port that is 0 for any that is free.
  ///
  /// `outside` carries guests' signals to addresses that aren't the cloud's; without it, they are dropped.
  package init(_ cloud: EmbeddedCloud, host: String, port: UInt16, outside: (any Transport)? = nil) throws {
    self.cloud = cloud
    self.outside = outside
    server = try Self.server(host: host, port: port)
  }

  static func server(host: String, port: UInt16) throws -> HTTPServer {
    do {
      return HTTPServer(address: try .inet(ip4: host, port: port), timeout: 120, logger: .disabled)
    } catch {
      throw EmbeddedCloudError(
        .cannotListen, "'\(host)' is no IPv4 address", hint: "use one of this machine's, such as 127.0.0.1")
    }
  }

  static func cannotListen(_ error: any Error) -> EmbeddedCloudError {
    EmbeddedCloudError(
      .cannotListen, "the address can't be listened at: \(error)",
      hint: "another program may listen there; name another port")
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: `EmbeddedCloudError` when the address can't be listened at, else `CancellationError`.
  package func run() async throws {
    await server.appendRoute("*") { [cloud] request in await Self.answer(request, cloud) }
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await server.run() }
        group.addTask {
          try await server.waitUntilListening()
          if let port = await port { Self.sendAtOnce(from: port) }
          try await deliver()
        }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch {
      try Task.checkCancellation()
      throw Self.cannotListen(error)
    }
    try Task.checkCancellation()
  }

  /// Returns when connections are accepted.
  package func waitUntilListening() async throws { try await server.waitUntilListening() }

  /// The port, once connections are accepted.
  package var port: UInt16? {
    get async {
      guard case .ip4(_, let port)? = await server.listeningAddress else { return nil }
      return port
    }
  }

  /// Makes connections to a port send what is written at once.
  ///
  /// The server writes an answer's head and its body apart, and the second would wait for the client to acknowledge
  /// the first, which takes it 40 ms. Connections have the options of the socket that accepts them.
  private static func sendAtOnce(from port: UInt16) {
    for descriptor: Int32 in 3..<256 {
      var address = sockaddr_in()
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isOurs = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) == 0 }
      }
      guard isOurs, address.sin_family == sa_family_t(AF_INET), UInt16(bigEndian: address.sin_port) == port
      else { continue }
      var yes: Int32 = 1
      setsockopt(
        descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }
  }

  /// Carries guests' signals to where they are meant to go.
  private func deliver() async throws {
    while true {
      try await cloud.ambient.sleep(.milliseconds(500))
      for request in await cloud.takeOutbox() { _ = try? await outside?.send(request) }
    }
  }

  // MARK: - Requests

  private static func answer(_ request: HTTPRequest, _ cloud: EmbeddedCloud) async -> HTTPResponse {
    guard let method = Request.Method(rawValue: request.method.rawValue) else {
      return HTTPResponse(statusCode: .methodNotAllowed)
    }
    var headers = Headers()
    for (name, value) in request.headers { headers.append(name.rawValue, value) }
    let length = headers["Content-Length"].flatMap { Int($0) } ?? 0
    guard length <= bodyLimit, let body = try? await request.bodyData else {
      return HTTPResponse(statusCode: .payloadTooLarge, headers: hangUp)
    }
    let host = headers["Host"] ?? "127.0.0.1"
    let asked = Asked(
      method, target: request.target.rawValue, host: host, headers: headers, body: Array(body))
    do {
      return httpResponse(try await cloud.serve(asked, base: "http://\(host)"))
    } catch {
      // A lost request or answer: the nearest that can be done here is to say nothing and hang up.
      return HTTPResponse(statusCode: .gatewayTimeout, headers: hangUp)
    }
  }

  private static let hangUp: HTTPHeaders = [.connection: "close"]

  static func httpResponse(_ response: Response) -> HTTPResponse {
    var fields: HTTPHeaders = [:]
    for (name, value) in response.headers.fields { fields[HTTPHeader(name)] = value }
    return HTTPResponse(
      statusCode: HTTPStatusCode(response.status, phrase: phrase(of: response.status)),
      headers: fields, body: Data(response.body))
  }

  /// What a status is called.
  static func phrase(of status: Int) -> String { phrases[status] ?? "Status" }

  private static let phrases = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 300: "Multiple Choices",
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    406: "Not Acceptable", 408: "Request Timeout", 409: "Conflict", 410: "Gone",
    413: "Request Entity Too Large", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 501: "Not Implemented",
    503: "Service Unavailable", 505: "HTTP Version Not Supported",
  ]
}
