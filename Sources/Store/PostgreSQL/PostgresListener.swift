import Glibc
import StackEngine
import Synchronization

/// Hears of what other processes commit, on a connection and a thread of its own.
final class PostgresListener: Sendable {
  private let ears: Ears
  private let thread: BlockingThread

  /// Listens to a database; what the process of `own` on the server tells isn't told on.
  init(_ address: PostgresAddress, ignoring own: PostgresSession) throws {
    ears = Ears(address, own)
    thread = try BlockingThread()
    thread.begin { [ears] in ears.run() }
  }

  deinit { ears.stop() }

  func subscribe() -> AsyncStream<News> { ears.subscribe() }

  private final class Ears: Sendable {
    private struct State {
      var isStopped = false
      var listeners: [Int: AsyncStream<News>.Continuation] = [:]
      var last = 0
    }

    private let address: PostgresAddress
    private let own: PostgresSession
    private let state = Mutex(State())

    init(_ address: PostgresAddress, _ own: PostgresSession) {
      self.address = address
      self.own = own
    }

    func stop() {
      let listeners = state.withLock { state in
        state.isStopped = true
        return state.listeners.values
      }
      for listener in listeners { listener.finish() }
    }

    func subscribe() -> AsyncStream<News> {
      let (stream, continuation) = AsyncStream<News>.makeStream(bufferingPolicy: .bufferingNewest(10_000))
      let number = state.withLock { state in
        state.last += 1
        state.listeners[state.last] = continuation
        return state.last
      }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { $0.listeners[number] = nil }
      }
      return stream
    }

    /// Listens until it is stopped, on a new connection when one breaks.
    func run() {
      var pause: UInt32 = 50_000
      while !state.withLock({ $0.isStopped }) {
        do {
          let connection = try PostgresConnection(address)
          try connection.run("LISTEN kiln")
          // Nobody has heard what was told before this.
          tell(.unknown)
          pause = 50_000
          try listen(connection)
        } catch {
          usleep(pause)
          pause = min(pause * 2, 2_000_000)
        }
      }
    }

    private func listen(_ connection: PostgresConnection) throws {
      while !state.withLock({ $0.isStopped }) {
        let heard = try connection.notifications(within: .seconds(1))
        let stacks = heard.filter { $0.process != own.process }.map(\.payload)
        for stack in Set(stacks) { tell(.of(stack: stack)) }
      }
    }

    private func tell(_ news: News) {
      for listener in state.withLock({ Array($0.listeners.values) }) { listener.yield(news) }
    }
  }
}
