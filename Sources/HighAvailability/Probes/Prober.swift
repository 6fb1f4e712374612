/// Asks the network; the answers are outcomes, never errors.
///
/// Each call returns within the span it is given, or soon after its task is cancelled.
package protocol Prober: Sendable {
  /// Opens a TCP connection and closes it.
  func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome
  /// Gets a page and judges it.
  func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async -> Outcome
  /// Asks a name server.
  func ask(_ query: NameQuery, at server: String, within timeout: Duration) async -> Outcome
  /// A thread that probes by itself what it can, spread over the intervals from a phase; nil when there is none.
  func makeLoop(phase: Double, listener: @escaping ProbeLoop.Listener) -> ProbeLoop?
}

extension Prober {
  package func ask(_ query: NameQuery, at server: String, within timeout: Duration) async -> Outcome {
    .unknown("no name server can be asked from here")
  }

  package func makeLoop(phase: Double, listener: @escaping ProbeLoop.Listener) -> ProbeLoop? { nil }
}

/// A prober made of functions, for networks that aren't the machine's own.
package struct FunctionProber: Prober {
  package typealias Connect = @Sendable (_ address: String, _ port: Int) async -> Outcome
  package typealias Get = @Sendable (_ url: String, HTTPExpectation) async -> Outcome

  private let connecting: Connect
  private let getting: Get

  package init(connect: @escaping Connect, get: @escaping Get) {
    connecting = connect
    getting = get
  }

  package func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome {
    await connecting(address, port)
  }

  package func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async
    -> Outcome
  {
    await getting(url, expectation)
  }
}
