import Ambience
import HTTP
import Simulation
import Synchronization
import Testing

@Suite("A service is sent as much at once as it bears")
struct PacedTransportTests {
  private func sendAll(_ count: Int, to url: String, by transport: PacedTransport) async -> [Int] {
    await withTaskGroup(of: Int?.self) { group in
      for _ in 0..<count { group.addTask { try? await transport.send(Request(.get, url)).status } }
      return await group.reduce(into: []) { if let status = $1 { $0.append(status) } }
    }
  }

  @Test("one that is never busy gets more and more at once, within the limits")
  func growth() throws {
    let world = SimulatedWorld(seed: 1)
    let service = Service(world.ambient, bears: .max)
    let transport = PacedTransport(service, limits: .init(first: 4, largest: 8))
    let statuses = try world.run {
      await sendAll(400, to: "http://cloud/compute/v2.1/servers", by: transport)
    }
    #expect(statuses == Array(repeating: 200, count: 400))
    #expect(service.most == 8)
    #expect(transport.window(of: "http://cloud/compute/other") == 8)
    #expect(transport.window(of: "http://cloud/network/v2.0") == 4)
  }

  @Test("one that refuses gets half as much, until it refuses no longer", arguments: [429, 503])
  func decrease(_ refusal: Int) throws {
    let world = SimulatedWorld(seed: 2)
    let service = Service(world.ambient, bears: 5, refusal: refusal)
    let transport = PacedTransport(service, limits: .init(first: 32, largest: 64))
    let statuses = try world.run { await sendAll(1000, to: "http://cloud:8774/v2.1", by: transport) }
    // Once it has learnt, few are refused.
    #expect(statuses.count == 1000)
    #expect(statuses.suffix(500).count { $0 == refusal } < 100)
    #expect(transport.window(of: "http://cloud:8774/v2.1") <= 8)
  }

  @Test("a request that is cancelled while it waits takes no place")
  func cancellation() throws {
    let world = SimulatedWorld(seed: 3)
    let service = Service(world.ambient, bears: .max)
    let transport = PacedTransport(service, limits: .init(first: 1, largest: 1))
    let statuses = try world.run {
      await withTaskGroup(of: Int?.self) { group in
        for number in 0..<10 {
          group.addTask {
            try? await withThrowingTaskGroup(of: Int.self) { inner in
              inner.addTask { try await transport.send(Request(.get, "http://cloud/")).status }
              if number % 2 == 1 {
                try await world.ambient.sleep(.milliseconds(50))
                inner.cancelAll()
              }
              return try await inner.next() ?? 0
            }
          }
        }
        return await group.reduce(into: [Int]()) { if let status = $1 { $0.append(status) } }
      }
    }
    #expect(statuses.count >= 5)
    #expect(service.most == 1)
  }
}

/// A service that takes a tenth of a second for each answer, and refuses what is more at once than it bears.
private final class Service: Transport {
  private let ambient: Ambient
  private let capacity: Int
  private let refusal: Int
  private let state = Mutex((now: 0, most: 0))

  init(_ ambient: Ambient, bears capacity: Int, refusal: Int = 503) {
    self.ambient = ambient
    self.capacity = capacity
    self.refusal = refusal
  }

  /// The most that it was asked at once.
  var most: Int { state.withLock { $0.most } }

  func send(_ request: Request) async throws -> Response {
    let count = state.withLock { state in
      state.now += 1
      state.most = max(state.most, state.now)
      return state.now
    }
    defer { state.withLock { $0.now -= 1 } }
    try await ambient.sleep(.milliseconds(100))
    return Response(status: count > capacity ? refusal : 200)
  }
}
