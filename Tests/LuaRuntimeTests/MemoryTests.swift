import Document
import LuaRuntime
import Testing

@Suite(.timeLimit(.minutes(3)))
struct MemoryTests {
  @Test(
    "a script that wants more than it may have gets an error, and the state can be used again",
    arguments: [
      "local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1000) .. i end",
      "local s = 'x' while true do s = s .. s end",
      "return huge()",
      "return listed()",
    ], [Lua.Level.trusted, .policy])
  func cap(_ source: String, level: Lua.Level) async throws {
    let lua = await Lua.quick(level: level, memoryLimit: 16 << 20)
    let texts = (0..<300_000).map { "item \($0) with a text that takes some room" }
    try await lua.define(Function("huge", "Data.") { _ in [.data(.list(texts.map(Value.string)))] })
    try await lua.define(Function("listed", "Values.") { _ in [.list(texts.map(LuaValue.string))] })
    let error = await #expect(throws: LuaError.self) { try await lua.run(source) }
    #expect(error?.code == .memory)
    await lua.collectGarbage()
    #expect(try await lua.show("return 1 + 1") == "2")
  }

  @Test("what a policy makes is what it finds again, of all sizes, grown and shrunk")
  func sizes() async throws {
    let lua = await Lua.quick(level: .policy, memoryLimit: 16 << 20)
    let sum = try await lua.show(
      """
      local kept, sum, size = {}, 0, 1
      while size < 700000 do
        local text = string.char(size % 26 + 97):rep(size)
        kept[#kept + 1] = { size, text }
        size = size + size // 7 + 1
      end
      for round = 1, 3 do
        for index, pair in ipairs(kept) do
          local size, text = pair[1], pair[2]
          assert(#text == size and text:byte(1) == size % 26 + 97 and text:byte(size) == size % 26 + 97)
          local list = {}
          for i = 1, math.min(size, 1000) do list[i] = i end
          for i = #list, 1, -1 do assert(list[i] == i) list[i] = nil end
          sum = sum + size
        end
      end
      return sum
      """)
    #expect(Int(sum) ?? 0 > 10_000_000)
  }

  @Test(
    "a policy that fills one size after the other comes to an end of its memory")
  func oneSizeAfterTheOther() async throws {
    let lua = await Lua.quick(level: .policy, memoryLimit: 4 << 20)
    let fill = """
      local size, count = %
      local kept = {}
      for i = 1, count do kept[i] = ("%08d"):format(i) .. ("x"):rep(size) end
      return #kept
      """
    func run(_ size: Int) async throws {
      _ = try await lua.run(fill.replacing("= %", with: "= \(size), \(2_500_000 / (size + 60))"))
    }
    try await run(20)
    try await run(400)
    let error = await #expect(throws: LuaError.self) {
      for size in stride(from: 600, to: 8000, by: 300) { try await run(size) }
    }
    #expect(error?.code == .memory)
    // What has been freed is there for its sizes.
    try await run(20)
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
