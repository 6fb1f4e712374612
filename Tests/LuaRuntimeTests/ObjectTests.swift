import Document
import LuaRuntime
import OrderedCollections
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ObjectTests {
  private let witnesses = Witnesses()

  private func lua() async throws -> Lua {
    let lua = await Lua.quick()
    try await lua.setGlobal("w", .object(witnesses.make()))
    return lua
  }

  @Test(
    "an object has methods, properties and operators",
    arguments: [
      ("return w:hello(), w.colour, w.slow, #w", "hello, red, 7, 3"),
      (
        "local out = {} for item in w:items() do out[#out + 1] = item end return table.concat(out, ' ')",
        "2 1 0"
      ),
      ("local t = {} for k, v in pairs(w) do t[#t + 1] = k .. '=' .. v end return t[1]", "colour=red"),
      ("do local h <close> = w end return 'closed'", "closed"),
      ("return w == w, ({[w] = 1})[w]", "true, 1"),
      ("return (tostring(w):gsub('0x%x+', '@'))", "test.Witness: @"),
      ("return getmetatable(w)", "false"),
    ])
  func works(_ source: String, _ expected: String) async throws {
    #expect(try await lua().show(source) == expected)
  }

  @Test(
    "a wrong use is an error that helps",
    arguments: [
      ("return w.color", "a test.Witness has no field 'color'", "did you mean 'colour'?"),
      ("w.hellp()", "a test.Witness has no field 'hellp'", "did you mean 'hello'?"),
      ("w.colour = 'blue'", "'colour' of a test.Witness can't be set", nil),
      ("w.shape = 'round'", "a test.Witness has no field 'shape'", nil),
      (
        "w.hello()", "'test.Witness:hello' is a method: it needs a test.Witness, got no value",
        "call it with a colon, as object:hello(...)"
      ),
      (
        "w.hello(io.stdout)",
        "'test.Witness:hello' is a method: it needs a test.Witness, got a foreign value",
        "call it with a colon, as object:hello(...)"
      ),
    ] as [(String, String, String?)])
  func refuses(_ source: String, _ message: String, _ hint: String?) async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run(source) }
    #expect(error?.message == message)
    #expect(error?.hint == hint)
  }

  @Test("the same object comes back to Swift")
  func identity() async throws {
    let lua = try await lua()
    let witness = witnesses.make()
    try await lua.setGlobal("mine", .object(witness))
    #expect(try await lua.run("return mine").first?.object === witness)
    #expect(
      try await lua.call(
        #require(lua.run("return function(x) return x == mine end").first?.function),
        [.object(witness)]
      ).first?.bool == true)
  }

  @Test("values of another state are refused")
  func foreign() async throws {
    let table = try #require(try await lua().run("return {}").first)
    let error = await #expect(throws: LuaError.self) { try await lua().setGlobal("t", table) }
    #expect(error?.code == .foreign)
  }
}

@Suite(.timeLimit(.minutes(2)))
struct DeclarationTests {
  static let module = LuaModule(name: "kiln.demo", summary: "Shows declarations.") {
    Function(
      "create", "Creates it.",
      [
        LuaParameter("name", .string, "Its name."),
        LuaParameter(
          "options",
          .optional(
            .options([
              LuaParameter("size", .optional(.integer), "In gigabytes."),
              LuaParameter("tags", .optional(.list(.string))),
              LuaParameter("parameters", .optional(.map)),
            ]))),
      ], returns: [LuaParameter("text", .string, "What was made.")]
    ) { arguments in
      let options = arguments.options("options")
      let size = try options.optional("size", as: Int.self) ?? 1
      let keys = try options.optional("parameters", as: Value.self)?.map?.keys.joined(separator: "+") ?? "-"
      return try [.string("\(arguments("name", as: String.self)) \(size) \(keys)")]
    }
    AsyncFunction("follow", "Follows it.", [LuaParameter("seconds", .number)]) { _ in [] }
    Constant("VERSION", "The version.", "1")
    Witness.luaClass
  }

  private func lua(_ level: Lua.Level = .trusted) async throws -> Lua {
    let lua = await Lua.quick(level: level)
    await lua.preload(Self.module)
    _ = try await lua.run("demo = require 'kiln.demo'")
    return lua
  }

  @Test("arguments arrive by their declaration")
  func calls() async throws {
    #expect(
      try await lua().show("return demo.create('web', {size = 3.0, parameters = {b = 1, a = 2}})")
        == "web 3 a+b")
    #expect(try await lua().show("return demo.create('web'), demo.VERSION") == "web 1 -, 1")
  }

  @Test(
    "a wrong argument is named with its function",
    arguments: [
      ("demo.create()", "bad argument #1 'name' to 'kiln.demo.create': a string expected, got no value"),
      ("demo.create(5)", "bad argument #1 'name' to 'kiln.demo.create': a string expected, got a number"),
      (
        "demo.create('a', 'b')",
        "bad argument #2 'options' to 'kiln.demo.create': a table expected, got a string"
      ),
      (
        "demo.create('a', {size = 1.5})",
        "bad option 'size' of 'kiln.demo.create': an integer expected, got a number"
      ),
      (
        "demo.create('a', {tags = {'x', 2}})",
        "bad option 'tags[2]' of 'kiln.demo.create': a string expected, got a number"
      ),
      ("demo.create('a', {syze = 1})", "unknown option 'syze' of 'kiln.demo.create'"),
      ("demo.creat('a')", "'kiln.demo' has no field 'creat'"),
    ])
  func refuses(_ source: String, _ message: String) async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run(source) }
    #expect(error?.message == message)
  }

  @Test("a module's function that is called with a colon is told to want a dot")
  func colon() async throws {
    let error = await #expect(throws: LuaError.self) { try await lua().run("demo:create('web')") }
    #expect(error?.message == "bad argument #1 'name' to 'kiln.demo.create': a string expected, got a table")
    #expect(error?.hint == "call it with a dot, as kiln.demo.create(...)")
  }

  @Test("completion knows globals, modules and objects without calling anything")
  func completes() async throws {
    let lua = try await lua()
    try await lua.setGlobal("w", .object(Witnesses().make()))
    _ = try await lua.run("trap = setmetatable({}, {__index = function() error('called') end})")
    #expect(await lua.fields(of: []).contains { $0.name == "demo" && $0.kind == .table })
    let names = await lua.fields(of: ["demo"])
    #expect(names.map(\.name) == ["VERSION", "create", "follow"])
    #expect(names[1].summary == "Creates it.")
    #expect(await lua.fields(of: ["w"]).map(\.name) == ["colour", "hello", "items", "slow"])
    #expect(await lua.fields(of: ["trap", "x"]).isEmpty)
    #expect(await lua.fields(of: ["nothing"]).isEmpty)
  }

  @Test("help takes the value itself, also of functions written in Lua")
  func helps() async throws {
    let lua = try await lua()
    _ = try await lua.run(
      "--- Adds them.\n---@param a number\nfunction add(a, b) return a + b end", name: "add.lua")
    let create = try await lua.documentation(of: lua.run("return demo.create")[0])
    #expect(create?.signature == "kiln.demo.create(name, options?)")
    #expect(create?.details.first == "name: string  Its name.")
    #expect(create?.details.last == "returns text: string  What was made.")
    #expect(await lua.documentation(ofPath: ["demo", "follow"])?.awaits == true)
    let add = await lua.documentation(ofPath: ["add"])
    #expect(add?.signature == "add(a, b)")
    #expect(add?.summary == "Adds them.")
    #expect(await lua.documentation(of: lua.global("demo"))?.summary == "Shows declarations.")
  }

  @Test("the stub says all of it to editors")
  func stub() {
    let stub = Self.module.stub()
    #expect(stub.hasPrefix("---@meta kiln.demo\nerror('Cannot require a meta file')\n"))
    #expect(stub.contains("---@async\n---@param seconds number\nfunction demo.follow(seconds) end"))
    #expect(
      stub.contains(
        "---@param options? { size?: integer, tags?: string[], parameters?: table<string, any> }\n"))
    #expect(stub.contains("---@return string text What was made.\n"))
    #expect(stub.contains("---@class test.Witness\n---@field colour string Its colour."))
  }

  @Test("a module of Lua is found by require and named in its errors")
  func embedded() async throws {
    let lua = try await lua()
    try await lua.preload(
      source: "local M = {}\nfunction M.fail() error('inside') end\nreturn M", name: "kiln.sample")
    let error = await #expect(throws: LuaError.self) {
      try await lua.execute("require('kiln.sample').fail()", name: "x.lua")
    }
    #expect(error?.place?.description == "kiln/sample.lua:2:1")
  }

  @Test(
    "a policy has neither the machine nor the compiler, and can't change modules",
    arguments: [Lua.Level.policy, .pure])
  func policy(_ level: Lua.Level) async throws {
    let lua = try await lua(level)
    let absent = "return io, os, load, loadfile, dofile, debug, package, collectgarbage, print, string.dump"
    #expect(try await lua.show(absent) == Array(repeating: "nil", count: 10).joined(separator: ", "))
    #expect(try await lua.show("return demo.create('web')") == "web 1 -")
    for source in [
      "demo.create = 1", "demo.new = 1", "setmetatable({}, {__gc = print or 1})", "require 'os'",
      "demo.creat()",
    ] {
      await #expect(throws: LuaError.self) { try await lua.run(source) }
    }
  }

  @Test("a pure chunk can't wait and repeats its random numbers")
  func pure() async throws {
    let lua = try await lua(.pure)
    let error = await #expect(throws: LuaError.self) { try await lua.run("demo.follow(1)") }
    #expect(error?.code == .cannotWait)
    #expect(try await lua.show("return coroutine") == "nil")
    let first = try await lua.show("return math.random(1 << 40)")
    #expect(try await lua.show("return math.random(1 << 40)") == first)
  }

  @Test("print and io.write go to the output")
  func output() async throws {
    let output = Output()
    let lua = await Lua.quick(output: { output.add($0) })
    _ = try await lua.run("print('a', 1, nil) io.write('b', 2)")
    #expect(output.text == "a\t1\tnil\nb2")
  }
}
