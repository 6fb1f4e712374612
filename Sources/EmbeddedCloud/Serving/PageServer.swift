package import Ambience
import FlyingSocks
import Glibc
package import HTTP

/// Serves pages over TCP that are made when they are asked for, to whoever asks.
///
/// No sender can hold it up: requests are bounded in length and in the time they take, connections in number, and what
/// isn't HTTP is refused.
package struct PageServer: Sendable {
  /// Makes the answer to a request, whose URL is a path with its query.
  package typealias Answer = @Sendable (Request) async -> Response

  package struct Limits: Sendable {
    package var request = RequestReader.Limits()
    /// How many senders may be connected at once.
    package var connections = 256
    /// How long a request may take to come, and an answer to be taken; an idle connection is closed after that.
    package var patience = Duration.seconds(15)

    package init() {}
  }

  private let listener: Listener
  private let limits: Limits
  private let ambient: Ambient
  private let answer: Answer

  /// Listens at an address of this machine, IPv4 or IPv6, and a port that is 0 for any that is free.
  ///
  /// Those who connect wait until `run` serves them.
  ///
  /// - Throws: `EmbeddedCloudError` when the address can't be listened at.
  package init(
    host: String, port: UInt16, limits: Limits = Limits(), ambient: Ambient, answer: @escaping Answer
  ) throws {
    listener = try Listener(host: host, port: port)
    self.limits = limits
    self.ambient = ambient
    self.answer = answer
  }

  package var port: UInt16 { listener.port }

  /// Serves until the task is cancelled.
  ///
  /// - Throws: `CancellationError`, or what the machine can't do any more.
  package func run() async throws {
    let pool: SocketPool<ePoll> = .ePoll()
    try await pool.prepare()
    let list = ConnectionList(limit: limits.connections, patience: limits.patience)
    do {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await pool.run() }
        group.addTask { try await sweep(list) }
        group.addTask { try await accept(list, pool) }
        defer { group.cancelAll() }
        try await group.next()
      }
    } catch {
      // The pool has words of its own for that.
      try Task.checkCancellation()
      throw error
    }
    throw CancellationError()
  }

  private func sweep(_ list: ConnectionList) async throws {
    while true {
      try await ambient.sleep(limits.patience / 10)
      list.sweep(at: ambient.uptime())
    }
  }

  private func accept(_ list: ConnectionList, _ pool: any AsyncSocketPool) async throws {
    var departures = list.departures.makeAsyncIterator()
    try await withThrowingDiscardingTaskGroup { group in
      while true {
        try Task.checkCancellation()
        // Those who come meanwhile wait.
        guard list.makeRoom() else {
          await departures.next()
          continue
        }
        switch listener.accept() {
        case .connection(let descriptor):
          list.enter(descriptor, at: ambient.uptime())
          let connection = PageConnection(
            descriptor: descriptor, pool: pool, list: list, ambient: ambient, limits: limits.request,
            answer: answer)
          group.addTask { await connection.serve() }
        case .nobody:
          try await pool.suspendSocket(
            Socket(file: .init(rawValue: listener.descriptor)), untilReadyFor: .read)
        case .exhausted:
          try await ambient.sleep(.milliseconds(100))
        }
      }
    }
  }
}
