import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(2)))
struct AwaitTests {
  private func lua() async throws -> Lua {
    let lua = await Lua.quick()
    try await lua.define(
      AsyncFunction("wait", "Waits and gives back.", variadic: true) { arguments in
        await Task.yield()
        return Array(arguments.rest)
      })
    try await lua.define(
      AsyncFunction("fail", "Waits and fails.") { _ in
        await Task.yield()
        throw Refused(reason: "no quota")
      })
    return lua
  }

  @Test(
    "a script waits wherever Lua can",
    arguments: [
      ("return wait(1, 'two')", "1, two"),
      ("return pcall(wait, 3)", "true, 3"),
      ("local ok, e = pcall(fail) return ok, e.code", "false, error"),
      (
        """
        local co = coroutine.create(function(a) local b = coroutine.yield(a .. wait('!')) return b .. wait('?') end)
        local _, x = coroutine.resume(co, 'one')
        local _, y = coroutine.resume(co, 'two')
        return x, y, coroutine.status(co)
        """, "one!, two?, dead"
      ),
      (
        """
        local out = {}
        for n in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(wait(i)) end end) do out[#out + 1] = n end
        return table.concat(out, ' ')
        """, "1 2 3"
      ),
      (
        """
        local log = 'none'
        do local x <close> = setmetatable({}, {__close = function() log = wait('closed') end}) end
        return log
        """, "closed"
      ),
      (
        """
        local log = 'none'
        local ok = pcall(function()
          local x <close> = setmetatable({}, {__close = function() log = wait('closed') end})
          error('boom')
        end)
        return ok, log
        """, "false, closed"
      ),
      (
        """
        local t = setmetatable({}, {__pairs = function() return function(_, k) if not k then return wait(1), 'v' end end end})
        for k, v in pairs(t) do return k, v end
        """, "1, v"
      ),
      ("return setmetatable({}, {__index = function(_, k) return wait(k) end}).field", "field"),
      ("return setmetatable({}, {__add = function() return wait(9) end}) + 1", "9"),
      (
        "local ok, e = pcall(coroutine.wrap(function() wait(1) error('inner') end)) return ok, e",
        "false, test.lua:1: inner"
      ),
    ])
  func waits(_ source: String, _ expected: String) async throws {
    #expect(try await lua().show(source) == expected)
  }

  @Test(
    "where Lua can't wait, the message names the function and what to do",
    arguments: [
      ("table.sort({3, 2, 1}, function(a, b) wait() return a < b end)", "sort"),
      ("('abc'):gsub('.', function() wait() end)", "gsub"),
      ("('abc'):gsub('.', coroutine.wrap(function() wait() end))", "wait"),
    ])
  func refuses(_ source: String, _ name: String) async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run(source) }
    #expect(error?.code == .cannotWait)
    #expect(error?.message.contains("'wait' waits") == true)
    #expect(error?.message.contains(name) == true)
  }

  @Test("many scripts wait in one state at once")
  func many() async throws {
    let clock = Clock()
    let lua = Lua(ambient: clock.ambient, output: { _ in })
    await lua.preload(.task(ambient: clock.ambient))
    let total = await withTaskGroup(of: Int64.self) { group in
      for number in 0..<100 {
        group.addTask {
          let results = try? await lua.run("require('kiln.task').sleep(5) return \(number)")
          return results?.first?.integer ?? -1000
        }
      }
      await clock.waitForSleepers(100)
      clock.advance()
      return await group.reduce(0, +)
    }
    #expect(total == 4950)
    #expect(clock.now == .seconds(5))
  }

  @Test("a coroutine that waits can be neither resumed nor mistaken by another task")
  func guarded() async throws {
    let lua = try await lua()
    let shown = try await lua.show(
      """
      local task = require 'kiln.task'
      local ch = task.channel()
      local co = coroutine.create(function() return ch:receive() end)
      local t = task.spawn(function() return coroutine.resume(co) end)
      task.sleep(0) task.sleep(0)
      local ok, e = coroutine.resume(co)
      ch:send('value')
      return ok, e, t:await()
      """)
    #expect(shown == "false, cannot resume a coroutine that waits, true, value")
  }

  @Test("closing a coroutine that waits cancels what it awaits")
  func closed() async throws {
    let lua = try await lua()
    let shown = try await lua.show(
      """
      local task = require 'kiln.task'
      local ch = task.channel()
      local co = coroutine.create(function() return ch:receive() end)
      local t = task.spawn(function() return coroutine.resume(co) end)
      task.sleep(0) task.sleep(0)
      local closed = coroutine.close(co)
      return closed, t:await()
      """)
    #expect(shown == "true, false, the coroutine was closed while it waited")
  }

  @Test("the main chunk can't yield")
  func mainYield() async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run("coroutine.yield(1)") }
    #expect(error?.message == "attempt to yield from outside a coroutine")
  }
}
