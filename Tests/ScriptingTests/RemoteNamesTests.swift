import Ambience
import EmbeddedCloud
import LuaRuntime
import OpenStack
import Secrets
import Simulation
import Testing

@testable import Scripting

@Suite("The names of what a cloud has")
struct RemoteNamesTests {
  private struct NoCloud: Error {}

  @Test("a cloud that doesn't answer holds nobody up, and is asked once")
  func slow() throws {
    let world = SimulatedWorld(seed: 1)
    let ambient = world.ambient
    let (waited, asked) = try world.run {
      let count = Counter()
      let sessions = Sessions(defaultName: "slow") { _ in
        await count.add()
        try await ambient.sleep(.seconds(60))
        throw NoCloud()
      }
      let names = RemoteNames(sessions: sessions, ambient: ambient)
      let start = ambient.uptime()
      for _ in 0..<3 { #expect(await names.names(forProperty: "image") == []) }
      let waited = ambient.uptime() - start
      // What is asked in the background begins when it may.
      while await count.value == 0 { await Task.yield() }
      return (waited, await count.value)
    }
    #expect(waited < .seconds(1))
    #expect(asked == 1)
  }

  private actor Counter {
    var value = 0
    func add() { value += 1 }
  }

  @Test("what takes no name of a cloud's is left to others")
  func others() async throws {
    let sessions = Sessions(defaultName: "none") { _ in throw NoCloud() }
    let names = RemoteNames(sessions: sessions, ambient: .system())
    #expect(await names.names(for: "print", of: nil, in: nil, index: 0, field: nil) == nil)
    #expect(await names.names(forProperty: "name") == [])
  }
}
