import Ambience
import Simulation
import Testing

@Suite("Virtual time")
struct VirtualTimeTests {
  @Test("moves on by what is slept")
  func sleep() async throws {
    let time = VirtualTime()
    let before = time.ambient.now()
    try await time.ambient.sleep(.seconds(90))
    #expect(time.uptime == .seconds(90))
    #expect(time.ambient.now() - before == .seconds(90))
  }

  @Test("moves on by hand, and never back")
  func advance() {
    let time = VirtualTime()
    time.advance(by: .seconds(2))
    time.advance(by: .seconds(-5))
    #expect(time.uptime == .seconds(2))
  }

  @Test("doesn't let a cancelled task sleep")
  func cancellation() async {
    let time = VirtualTime()
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await time.ambient.sleep(.seconds(1))
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(time.uptime == .zero)
  }
}
