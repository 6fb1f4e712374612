import LuaRuntime
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(2)))
struct StopTests {
  static let loops = [
    "started() while true do end",
    "started() while true do pcall(function() while true do end end) end",
    "started() coroutine.wrap(function() while true do end end)()",
    "started() while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
    "started() local s = ('x'):rep(1000) s:gsub('x', function() while true do end end)",
    "started() table.sort({3, 2, 1}, function() while true do end end)",
    """
    local function again() local x <close> = setmetatable({}, {__close = function() again() end}) while true do end end
    started() again()
    """,
  ]

  /// A state whose scripts say when they have started.
  private func lua() async throws -> (Lua, AsyncStream<Void>) {
    let lua = await Lua.quick()
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.define(
      Function("started", "Says so.") { _ in
        continuation.yield()
        return []
      })
    return (lua, stream)
  }

  @Test("a stop ends every kind of loop, and the state can be used again", arguments: loops)
  func stops(_ source: String) async throws {
    let (lua, started) = try await lua()
    let run = Task { try await lua.run(source) }
    for await _ in started { break }
    lua.stop()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .stopped)
    #expect(try await lua.show("return 1 + 1") == "2")
  }

  @Test("cancelling the task ends the script", arguments: loops)
  func cancels(_ source: String) async throws {
    let (lua, started) = try await lua()
    let run = Task { try await lua.run(source) }
    for await _ in started { break }
    run.cancel()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .cancelled)
  }

  @Test("a script that swallows the errors of its waiting is stopped too")
  func stubborn() async throws {
    let clock = Clock()
    let lua = Lua(ambient: clock.ambient, output: { _ in })
    await lua.preload(.task(ambient: clock.ambient))
    let run = Task {
      try await lua.run("local t = require 'kiln.task' while true do pcall(t.sleep, 1000) end")
    }
    await clock.waitForSleepers(1)
    run.cancel()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .cancelled)
    #expect(clock.sleeping == 0)
  }

  @Test("a stopped script closes its handles")
  func cleansUp() async throws {
    let (lua, started) = try await lua()
    let run = Task {
      try await lua.run(
        """
        local x <close> = setmetatable({}, {__close = function() closed = true end})
        started() while true do end
        """)
    }
    for await _ in started { break }
    lua.stop()
    _ = await run.result
    #expect(await lua.global("closed").bool == true)
  }

  @Test("a run that takes longer than its deadline is stopped")
  func deadline() async throws {
    let clock = Clock()
    let lua = Lua(level: .policy, deadline: .seconds(2), ambient: clock.ambient, output: { _ in })
    let run = Task { try await lua.run("while true do pcall(function() while true do end end) end") }
    await clock.waitForSleepers(1)
    clock.advance()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .timeout)
  }

  @Test("other states go on while one loops")
  func separate() async throws {
    let (looping, started) = try await lua()
    let run = Task { try await looping.run(Self.loops[0]) }
    for await _ in started { break }
    #expect(try await Lua.quick().show("return 'alive'") == "alive")
    looping.stop()
    _ = await run.result
  }
}
