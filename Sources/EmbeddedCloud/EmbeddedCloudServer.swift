import FlyingFox
import FlyingSocks
import Glibc
import HTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The embedded cloud over TCP, for clients outside the program.
package struct EmbeddedCloudServer: Sendable {
  private let cloud: EmbeddedCloud
  private let server: HTTPServer

  /// - Parameter host: An IPv4 address of this machine.
  package init(_ cloud: EmbeddedCloud, host: String, port: UInt16) throws {
    self.cloud = cloud
    server = HTTPServer(address: try .inet(ip4: host, port: port), timeout: 120)
  }

  /// Serves until the task is cancelled.
  package func run() async throws {
    await server.appendRoute("*") { [cloud] request in
      try await Self.answer(request, cloud)
    }
    try await server.run()
  }

  /// Returns when connections are accepted.
  package func waitUntilListening() async throws { try await server.waitUntilListening() }

  private static func answer(_ request: HTTPRequest, _ cloud: EmbeddedCloud) async throws -> HTTPResponse {
    guard let method = Request.Method(rawValue: request.method.rawValue) else {
      return HTTPResponse(statusCode: .methodNotAllowed)
    }
    var headers = Headers()
    for (name, value) in request.headers { headers.append(name.rawValue, value) }
    let host = headers["Host"] ?? "127.0.0.1"
    let query = request.query.map { "\(escaped($0.name))=\(escaped($0.value))" }.joined(separator: "&")
    let asked = Asked(
      method, target: request.path + (query.isEmpty ? "" : "?" + query), host: host, headers: headers,
      body: Array(try await request.bodyData))
    let response = try await cloud.serve(asked, base: "http://\(host)")
    var fields: HTTPHeaders = [:]
    for (name, value) in response.headers.fields where name.lowercased() != "content-length" {
      fields[HTTPHeader(name)] = value
    }
    let status = HTTPStatusCode(response.status, phrase: "")
    return HTTPResponse(statusCode: status, headers: fields, body: Data(response.body))
  }

  private static func escaped(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.~:/,".utf8.contains(byte)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
