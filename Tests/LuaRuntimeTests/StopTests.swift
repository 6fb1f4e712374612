import Document
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
    """
    local co = coroutine.create(function()
      local x <close> = setmetatable({}, {__close = function() while true do end end})
      coroutine.yield()
    end)
    coroutine.resume(co) started() assert(coroutine.close(co))
    """,
    """
    local step = coroutine.wrap(function()
      local x <close> = setmetatable({}, {__close = function() while true do end end})
      error("closes")
    end)
    started() step()
    """,
    """
    local function catch(n) if n == 0 then started() while true do end end pcall(catch, n - 1) end
    local function deep(n) if n == 0 then return 1, catch(150) end return 1 + deep(n - 1) end
    while true do deep(30000) end
    """,
    """
    local function again() coroutine.wrap(again)() end
    started() while true do pcall(again) end
    """,
    """
    local same = setmetatable({}, {__tostring = function() while true do end end})
    started() error(same)
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

  @Test("what is left of a stopped script can't be resumed, and says so")
  func leftovers() async throws {
    let (lua, started) = try await lua()
    let run = Task {
      try await lua.run(
        """
        co = coroutine.create(function()
          pcall(function() started() while true do end end)
          while true do end
        end)
        coroutine.resume(co)
        """)
    }
    for await _ in started { break }
    lua.stop()
    _ = await run.result
    #expect(
      try await lua.show("return coroutine.status(co), coroutine.resume(co)")
        == "normal, false, cannot resume non-suspended coroutine")
    #expect(
      try await lua.show("return pcall(coroutine.close, co)").contains("cannot close a running coroutine"))
  }

  @Test("a stop that a script swallows tells where the script was left")
  func place() async throws {
    let (lua, started) = try await lua()
    let run = Task {
      try await lua.run(
        """
        pcall(function() started() while true do end end)
        local function lost()
          while true do end
        end
        lost()
        """)
    }
    for await _ in started { break }
    lua.stop()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .stopped)
    #expect(error?.place?.start.line == 3)
    #expect(error?.frames.first?.function == "lost")
  }

  @Test("what is in the way of a wait is looked for among the innermost calls")
  func deepWait() async throws {
    let lua = await Lua.quick()
    await lua.preload(.task(ambient: Clock().ambient))
    let error = await #expect(throws: LuaError.self) {
      try await lua.run(
        """
        local t = require 'kiln.task'
        local function sort(list, order) return table.sort(list, order) end
        local function deep(n)
          if n == 0 then return sort({1, 2}, function() t.sleep(1) end) end
          return 1 + deep(n - 1)
        end
        deep(150000)
        """)
    }
    #expect(error?.code == .cannotWait)
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
