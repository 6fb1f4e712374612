import FlyingFox
import FlyingSocks
package import HTTP

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Serves pages over TCP that are made when they are asked for.
package struct PageServer: Sendable {
  /// Makes the answer to a GET of a path.
  package typealias Answer = @Sendable (_ path: String) async -> Response

  private let server: HTTPServer
  private let answer: Answer

  /// Serves at an IPv4 address of this machine, and a port that is 0 for any that is free.
  package init(host: String, port: UInt16, answer: @escaping Answer) throws {
    server = try EmbeddedCloudServer.server(host: host, port: port)
    self.answer = answer
  }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: `EmbeddedCloudError` when the address can't be listened at, else `CancellationError`.
  package func run() async throws {
    await server.appendRoute("*") { [answer] request in
      guard request.method == .GET else { return HTTPResponse(statusCode: .methodNotAllowed) }
      return EmbeddedCloudServer.httpResponse(await answer(request.path))
    }
    do { try await server.run() } catch {
      try Task.checkCancellation()
      throw EmbeddedCloudServer.cannotListen(error)
    }
    try Task.checkCancellation()
  }

  /// Returns when connections are accepted.
  package func waitUntilListening() async throws { try await server.waitUntilListening() }
}
