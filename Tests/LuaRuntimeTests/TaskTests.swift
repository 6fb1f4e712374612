import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(2)))
struct TaskTests {
  @Test(
    "tasks run, wait, race and end with who started them",
    arguments: [
      (
        "local t = task.spawn(function(a) task.sleep(1) return a, 2 end, 1) return t:done(), t:await()",
        "false, 1, 2"
      ),
      (
        "local r = task.all{function() task.sleep(2) return 'a' end, function() return 'b' end} return r[1], r[2]",
        "a, b"
      ),
      ("return #task.all{}", "0"),
      (
        "return pcall(task.all, {function() task.sleep(1) end, function() error('bad', 0) end})", "false, bad"
      ),
      ("task.spawn(function() task.sleep(5) done = true end) return done", "nil"),
      (
        "local ok, e = pcall(task.race, {}) return ok, e.message",
        "false, 'kiln.task.race' needs at least one task"
      ),
      (
        """
        local ch = task.channel()
        task.spawn(function() for i = 1, 3 do ch:send(i) end ch:close() end)
        local sum = 0
        for v in ch do sum = sum + v end
        return sum, ch:receive()
        """, "6, nil"
      ),
      (
        "local ch = task.channel(2) ch:send(1) ch:send(2) ch:close() return ch:receive(), ch:receive(), ch:receive()",
        "1, 2, nil"
      ),
      (
        "local ch = task.channel(1) ch:close() local ok, e = pcall(ch.send, ch, 1) return ok, e.code",
        "false, closed"
      ),
      (
        "local ch = task.channel(1) local ok, e = pcall(ch.send, ch, nil) return ok, e.code",
        "false, bad_argument"
      ),
      (
        """
        local t
        do local handle <close> = task.spawn(function() task.channel():receive() end) t = handle end
        local ok, e = pcall(t.await, t)
        return t:done(), ok, e.code
        """, "true, false, cancelled"
      ),
      (
        """
        local t = task.spawn(function() local x <close> = setmetatable({}, {__close = function() closed = true end}) task.channel():receive() end)
        task.sleep(1) t:cancel()
        pcall(t.await, t)
        return closed
        """, "true"
      ),
    ])
  func works(_ source: String, _ expected: String) async throws {
    #expect(try await Lua.quick().show("local task = require 'kiln.task' \(source)") == expected)
  }

  @Test("a task ends only after its children")
  func structured() async throws {
    let lua = await Lua.quick()
    _ = try await lua.run("local t = require 'kiln.task' t.spawn(function() t.sleep(5) finished = true end)")
    #expect(await lua.global("finished").bool == true)
  }

  @Test("a failure that nobody waits for cancels the siblings and reaches the one who started it")
  func failure() async throws {
    let lua = await Lua.quick()
    let error = await #expect(throws: LuaError.self) {
      try await lua.run(
        """
        local task = require 'kiln.task'
        task.spawn(function()
          local x <close> = setmetatable({}, {__close = function() sibling = 'cancelled' end})
          task.channel():receive()
        end)
        task.spawn(function() task.sleep(1) error('broken', 0) end)
        task.channel():receive()
        """)
    }
    #expect(error?.message == "broken")
    #expect(await lua.global("sibling").string == "cancelled")
  }

  @Test("a race cancels the losers, a timeout its function")
  func virtual() async throws {
    let clock = Clock()
    let lua = Lua(ambient: clock.ambient, output: { _ in })
    await lua.preload(.task(ambient: clock.ambient))
    let race = Task {
      try await lua.show(
        """
        local task = require 'kiln.task'
        return task.race{function() task.sleep(10) return 'slow' end, function() task.sleep(3) return 'quick' end}
        """)
    }
    await clock.waitForSleepers(2)
    clock.advance()
    #expect(try await race.value == "quick")
    #expect(clock.now == .seconds(3))
    #expect(clock.sleeping == 0)
    let late = Task {
      try await lua.show(
        """
        local task = require 'kiln.task'
        local ok, e = pcall(task.timeout, 2, function() task.sleep(9) end)
        return ok, e.code
        """)
    }
    await clock.waitForSleepers(2)
    clock.advance()
    #expect(try await late.value == "false, timeout")
    #expect(clock.sleeping == 0)
  }

  @Test("cancelling a run cancels what its tasks await")
  func cancellation() async throws {
    let clock = Clock()
    let lua = Lua(ambient: clock.ambient, output: { _ in })
    await lua.preload(.task(ambient: clock.ambient))
    let run = Task {
      try await lua.run(
        "local t = require 'kiln.task' t.spawn(function() t.sleep(50) end) t.spawn(function() t.sleep(60) end)"
      )
    }
    await clock.waitForSleepers(2)
    run.cancel()
    let error = await #expect(throws: LuaError.self) { try await run.value }
    #expect(error?.code == .cancelled)
    #expect(clock.sleeping == 0)
  }
}
