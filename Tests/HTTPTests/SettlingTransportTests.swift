import Ambience
import HTTP
import Simulation
import Testing

@Suite("A change that is on its way")
struct SettlingTransportTests {
  /// A cloud that takes its time, and says when it has been asked.
  private struct Slow: Transport {
    let ambient: Ambient
    let time: Duration

    func send(_ request: Request) async throws -> Response {
      try await ambient.sleep(time)
      return Response(status: 200, headers: [:], body: [])
    }
  }

  /// What came of a request whose sender is cancelled after a second, and when.
  private func outcome(
    _ method: Request.Method, taking time: Duration
  ) throws -> (status: Int?, after: Duration) {
    let world = SimulatedWorld(seed: 1)
    let ambient = world.ambient
    return try world.run {
      let transport = SettlingTransport(Slow(ambient: ambient, time: time), ambient: ambient)
      let sender = Task(executorPreference: world) {
        try await transport.send(Request(method, "http://cloud/")).status
      }
      try await ambient.sleep(.seconds(1))
      sender.cancel()
      let status = try? await sender.value
      return (status, ambient.uptime())
    }
  }

  @Test("is heard of though its sender was cancelled")
  func settles() throws {
    let outcome = try outcome(.put, taking: .seconds(5))
    #expect(outcome.status == 200)
    #expect(outcome.after == .seconds(5))
  }

  @Test("is given up on when the answer takes too long")
  func givesUp() throws {
    let outcome = try outcome(.delete, taking: .seconds(60))
    #expect(outcome.status == nil)
    #expect(outcome.after == .seconds(11))
  }

  @Test("is nothing of a question")
  func reads() throws {
    let outcome = try outcome(.get, taking: .seconds(60))
    #expect(outcome.status == nil)
    #expect(outcome.after == .seconds(1))
  }
}
