package import Ambience
package import HTTP

/// A transport that notes each request in a log.
package struct TracedTransport: Transport {
  private let base: any Transport
  private let log: TrafficLog
  private let ambient: Ambient

  package init(_ base: any Transport, log: TrafficLog, ambient: Ambient) {
    self.base = base
    self.log = log
    self.ambient = ambient
  }

  package var movesFiles: Bool { base.movesFiles }

  package func send(_ request: Request) async throws -> Response {
    let start = ambient.uptime()
    let outcome: Result<Response, any Error>
    do { outcome = .success(try await base.send(request)) } catch { outcome = .failure(error) }
    log.note(
      RequestTrace(request, outcome, took: ambient.uptime() - start, isFull: log.level == .full))
    return try outcome.get()
  }
}
