import Synchronization

/// Opens TCP connections, any number at a time on one thread, only to see whether they open.
///
/// The thread starts with the first connection and ends with the connector.
final class Connector: Sendable {
  private let loop = Mutex<ConnectLoop?>(nil)

  deinit { loop.withLock { $0?.stop() } }

  func connect(to address: SocketAddress, port: UInt16, within timeout: Duration) async -> Outcome {
    guard let loop = running() else { return .unknown("no event queue could be made") }
    let attempt = loop.newAttempt()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        loop.begin(attempt, to: address, port: port, within: timeout, continuation)
      }
    } onCancel: {
      loop.cancel(attempt)
    }
  }

  private func running() -> ConnectLoop? {
    loop.withLock { loop in
      if loop == nil { loop = ConnectLoop.start() }
      return loop
    }
  }
}
