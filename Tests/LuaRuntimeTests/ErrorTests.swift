import Document
import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ErrorTests {
  private struct Quota: Error, Explainable, Equatable {
    let used: Int
    var diagnostics: [Diagnostic] {
      [Diagnostic(.error, "quota_exceeded", "\(used) of 10 servers are used", hint: "delete some")]
    }
  }

  private func lua() async throws -> Lua {
    let lua = await Lua.quick()
    try await lua.define(Function("refuse", "Fails.") { _ in throw Quota(used: 10) })
    try await lua.define(
      AsyncFunction("refuse_later", "Fails.") { _ in
        await Task.yield()
        throw Quota(used: 11)
      })
    return lua
  }

  @Test("an error of Swift comes back as itself")
  func identity() async throws {
    let lua = try await lua()
    await #expect(throws: Quota(used: 10)) { try await lua.run("refuse()") }
    await #expect(throws: Quota(used: 11)) { try await lua.run("refuse_later()") }
    await #expect(throws: Quota(used: 10)) { try await lua.run("local ok, e = pcall(refuse) error(e)") }
    await #expect(throws: Quota(used: 10)) {
      try await lua.run("local t = require 'kiln.task' t.spawn(function() refuse() end):await()")
    }
  }

  @Test("scripts see what an error is")
  func fields() async throws {
    let shown = try await lua().show(
      """
      local ok, e = pcall(function()
        refuse()
      end)
      return e.code, e.message, e.hint, e.place, e
      """)
    #expect(
      shown == "quota_exceeded, 10 of 10 servers are used, delete some, test.lua:2, "
        + "10 of 10 servers are used; delete some (quota_exceeded)")
  }

  @Test("an uncaught error says where in Lua it was raised, and by which calls")
  func placed() async throws {
    let lua = try await lua()
    let error = await #expect(throws: LuaError.self) {
      try await lua.execute("local function inner(count)\n  refuse()\nend\ninner(3)\n", name: "a.lua")
    }
    #expect(error?.cause as? Quota == Quota(used: 10))
    #expect(error?.place?.description == "a.lua:2:3")
    #expect(error?.place?.source.line(2) == "  refuse()")
    #expect(error?.diagnostics.first?.code == "quota_exceeded")
    #expect(error?.diagnostics.first?.place?.start.line == 2)
    let frame = error?.frames.first { $0.line != nil }
    #expect(frame?.locals.map(\.name) == ["count"])
    #expect(frame?.locals.first?.value.integer == 3)
    #expect(error?.traceback.contains("a.lua:4: in main chunk") == true)
    #expect(await lua.lastFailure?.frames.count == error?.frames.count)
  }

  @Test("an error's place is the line that it names")
  func levels() async throws {
    let error = await #expect(throws: LuaError.self) {
      try await lua().execute("local function f() error('bad', 2) end\n\nf()", name: "b.lua")
    }
    #expect(error?.message == "bad")
    #expect(error?.place?.start.line == 3)
  }

  @Test("a script may raise a table, which comes back as that table")
  func tables() async throws {
    let lua = try await lua()
    let error = await #expect(throws: LuaError.self) { try await lua.run("error({code = 7})") }
    let table = try #require(error?.value.table)
    #expect(try await lua.get(table, "code").integer == 7)
    let same = try await lua.show(
      """
      local t = require 'kiln.task'
      local mine = {}
      local ok, e = pcall(function() return t.spawn(function() t.sleep(0) error(mine) end):await() end)
      return ok, e == mine
      """)
    #expect(same == "false, true")
  }

  @Test("text that isn't Lua has its place", arguments: ["x = = 1", "\nlocal 5"])
  func syntax(_ source: String) async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().execute(source, name: "c.lua") }
    #expect(error?.code == .syntax)
    #expect(error?.place?.source.name == "c.lua")
  }

  @Test("a shebang is skipped and lines keep their numbers")
  func shebang() async throws {
    let error = await #expect(throws: LuaError.self) {
      try await lua().execute("#!/usr/bin/env kiln\nerror('here')", name: "d.lua")
    }
    #expect(error?.place?.start.line == 2)
  }

  @Test("bytecode is never loaded")
  func bytecode() async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run("\u{1B}Lua") }
    #expect(error?.code == .syntax)
  }

  @Test("endless recursion is an error, not a crash")
  func recursion() async throws {
    let lua = try await lua()
    for source in [
      "local function f() return 1 + f() end f()",
      "local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k + 1] end return t[1]",
    ] {
      await #expect(throws: LuaError.self) { try await lua.run(source) }
    }
    #expect(try await lua.show("return 1") == "1")
  }
}

@Suite(.timeLimit(.minutes(2)))
struct CheckTests {
  @Test(
    "a text that more lines may complete is told from one that is wrong",
    arguments: [
      ("1 + 1", "complete"), ("local x = 1", "complete"), ("for i = 1, 2 do", "incomplete"),
      ("f(", "incomplete"),
      ("local 5", "error"), ("x = = 2", "error"), ("local s = [[abc", "incomplete"),
    ])
  func completeness(_ source: String, _ expected: String) async {
    let found =
      switch await Lua.quick().check(source, name: "=stdin") {
      case .complete: "complete"
      case .incomplete: "incomplete"
      case .error: "error"
      }
    #expect(found == expected)
  }
}
