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
  func slow() async {
    let time = VirtualTime()
    let count = Counter()
    let (silence, end) = AsyncStream<Never>.makeStream()
    let sessions = Sessions(defaultName: "slow") { _ in
      await count.add()
      for await _ in silence {}
      throw NoCloud()
    }
    let names = RemoteNames(sessions: sessions, ambient: time.ambient)
    let start = time.uptime
    for _ in 0..<3 { #expect(await names.names(forProperty: "image") == []) }
    #expect(time.uptime - start < .seconds(1))
    // What is asked in the background begins when it may.
    while await count.value == 0 { await Task.yield() }
    #expect(await count.value == 1)
    end.finish()
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
