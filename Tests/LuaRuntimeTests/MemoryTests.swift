import Document
import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(3)))
struct MemoryTests {
  @Test(
    "a script that wants more than it may have gets an error, and the state can be used again",
    arguments: [
      "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
      "return ('x'):rep(1 << 30)",
      "return huge()",
      "return listed()",
    ])
  func cap(_ source: String) async throws {
    let lua = await Lua.quick(memoryLimit: 16 << 20)
    let texts = (0..<300_000).map { "item \($0) with a text that takes some room" }
    try await lua.define(Function("huge", "Data.") { _ in [.data(.list(texts.map(Value.string)))] })
    try await lua.define(Function("listed", "Values.") { _ in [.list(texts.map(LuaValue.string))] })
    let error = await #expect(throws: LuaError.self) { try await lua.run(source) }
    #expect(error?.code == .memory)
    await lua.collectGarbage()
    #expect(try await lua.show("return 1 + 1") == "2")
  }

  @Test("a hundred thousand errors leave nothing behind")
  func throwing() async throws {
    let witnesses = Witnesses()
    let lua = await Lua.quick()
    try await lua.define(
      Function("boom", "Fails.") { _ in
        let witness = witnesses.make()
        return try withExtendedLifetime(witness) { throw Refused(reason: "always") }
      })
    _ = try await lua.run("for i = 1, 50000 do pcall(boom) end collectgarbage() collectgarbage()")
    let before = await lua.memoryUsed
    _ = try await lua.run("for i = 1, 100000 do pcall(boom) end collectgarbage() collectgarbage()")
    #expect(witnesses.alive == 0)
    #expect(await lua.memoryUsed < before + 1_000_000)
  }

  @Test("objects live as long as a script or Swift holds them")
  func objects() async throws {
    let witnesses = Witnesses()
    let lua = await Lua.quick()
    try await lua.define(Function("make", "Makes one.") { _ in [.object(witnesses.make())] })
    _ = try await lua.run("kept = make() for i = 1, 100 do make() end collectgarbage() collectgarbage()")
    #expect(witnesses.alive == 1)
    _ = try await lua.run("kept = nil collectgarbage() collectgarbage()")
    #expect(witnesses.alive == 0)
  }

  @Test("a reference that Swift lets go of is released by the state's own thread")
  func references() async throws {
    let witnesses = Witnesses()
    let lua = await Lua.quick()
    try await lua.define(Function("make", "Makes one.") { _ in [.object(witnesses.make())] })
    var held: LuaValue? = try await lua.run("local w = make() return {w}").first
    await lua.collectGarbage()
    #expect(witnesses.alive == 1)
    #expect(held?.table != nil)
    held = nil
    await lua.collectGarbage()
    await lua.collectGarbage()
    #expect(witnesses.alive == 0)
  }

  @Test("the state and all its objects go with the actor")
  func closing() async throws {
    let witnesses = Witnesses()
    var lua: Lua? = await Lua.quick()
    try await lua?.setGlobal("w", .object(witnesses.make()))
    #expect(witnesses.alive == 1)
    lua = nil
    while witnesses.alive > 0 { await Task.yield() }
  }
}
