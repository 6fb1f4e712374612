/// The transport over the network, by libcurl's multi interface.
///
/// Connections are kept and shared by all requests (HTTP/2 over TLS where the server has it). The proxies of
/// `http_proxy`, `https_proxy` and `no_proxy` are respected. Redirects are not followed. Dropping the last
/// reference closes everything.
package final class CurlTransport: Transport {
  package struct Options: Sendable {
    package var tls: TLSOptions
    /// The time allowed for name look-up, connection and handshake.
    package var connectTimeout: Duration
    /// The most bytes that a response's body may have.
    package var largestBody: Int
    /// The most connections to one host; further requests wait for one to be free.
    package var connectionsPerHost: Int
    package var userAgent: String

    package init(
      tls: TLSOptions = TLSOptions(), connectTimeout: Duration = .seconds(10),
      largestBody: Int = 256 << 20, connectionsPerHost: Int = 64, userAgent: String = "kiln"
    ) {
      self.tls = tls
      self.connectTimeout = connectTimeout
      self.largestBody = largestBody
      self.connectionsPerHost = connectionsPerHost
      self.userAgent = userAgent
    }
  }

  private let options: Options
  private let worker: CurlWorker

  package init(_ options: Options = Options()) {
    self.options = options
    worker = CurlWorker(connectionsPerHost: options.connectionsPerHost)
    worker.start()
  }

  deinit { worker.stop() }

  package var movesFiles: Bool { true }

  package func send(_ request: Request) async throws -> Response {
    try Task.checkCancellation()
    let transfer = CurlTransfer(request, options)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        worker.begin(transfer, continuation)
      }
    } onCancel: {
      worker.cancel(transfer)
    }
  }
}
