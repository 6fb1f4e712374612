import Document
import LuaRuntime
import OrderedCollections
import Testing

@Suite(.timeLimit(.minutes(2)))
struct DataTests {
  private func lua() async -> Lua {
    let lua = await Lua.quick()
    await lua.preload(.data)
    return lua
  }

  static let sample: Value = [
    "zebra": 1, "apple": ["nested": nil, "list": [], "map": [:]], "middle": [1, 2.5, "x", true, nil],
  ]

  @Test("data comes back as it went, order, null and empty lists included")
  func roundTrip() async throws {
    let lua = await lua()
    try await lua.setGlobal("data", .data(Self.sample))
    #expect(try await lua.data(lua.global("data")) == Self.sample)
    #expect(try await lua.data(lua.global("data")).map?.keys.elements == ["zebra", "apple", "middle"])
  }

  @Test("pairs goes in the order of the data, with new fields after it")
  func order() async throws {
    let lua = await lua()
    try await lua.setGlobal("data", .data(["c": 1, "a": 2, "b": 3]))
    let shown = try await lua.show(
      """
      data.y, data.x, data.a = 1, 1, nil
      local keys = {}
      for key in pairs(data) do keys[#keys + 1] = key end
      return table.concat(keys, ' ')
      """)
    #expect(shown == "c b x y")
    #expect(try await lua.data(lua.global("data")).map?.keys.elements == ["c", "b", "x", "y"])
  }

  @Test(
    "tables are read as what they are",
    arguments: [
      ("{}", [:]), ("{1, 2}", [1, 2]), ("{b = 1, a = 2}", ["a": 2, "b": 1]), ("d.list{}", []),
      ("d.map({}, {})", [:]), ("{d.null}", [nil]), ("d.map({a = 1, b = 2}, {'b', 'a'})", ["b": 2, "a": 1]),
      ("d.copy({x = {1}})", ["x": [1]]),
    ] as [(String, Value)])
  func reads(_ source: String, _ expected: Value) async throws {
    let lua = await lua()
    let value = try await lua.run("local d = require 'kiln.native.data' return \(source)")[0]
    #expect(try await lua.data(value) == expected)
  }

  @Test(
    "what isn't data is an error that says where",
    arguments: [
      ("{a = {1, x = 2}}", "the value at 'a' has both items and the field 'x'"),
      ("{a = {print}}", "the value at 'a[1]' is a function, which isn't data"),
      ("0/0", "the value is -nan, which isn't data"), ("1/0", "the value is inf, which isn't data"),
      ("'\\xff'", "the value is a string that isn't UTF-8"),
      ("{1, nil, 3}", "the value is a list with holes"),
      ("{[true] = 1}", "the value has a boolean as a key; the keys of a map are strings"),
      ("(function() local t = {} t.t = t return t end)()", "contains itself"),
    ])
  func refuses(_ source: String, _ message: String) async throws {
    let lua = await lua()
    let value = try await lua.run("return \(source)")[0]
    let error = await #expect(throws: LuaError.self) { try await lua.data(value) }
    #expect(
      error?.message.contains(message.replacing("-nan", with: "")) == true
        || error?.message.contains("nan") == true)
  }

  @Test("data that is nested too deep is refused both ways")
  func deep() async throws {
    let lua = await lua()
    let deep = (0..<300).reduce(Value.null) { value, _ in .list([value]) }
    await #expect(throws: LuaError.self) { try await lua.setGlobal("deep", .data(deep)) }
  }

  @Test("a hundred thousand resources cross both ways")
  func large() async throws {
    let lua = await lua()
    let items = (0..<100_000).map { number -> Value in
      ["id": .integer(Int64(number)), "name": .string("resource-\(number)"), "tags": ["a", "b"]]
    }
    try await lua.setGlobal("items", .data(.list(items)))
    #expect(try await lua.show("return #items, items[100000].name") == "100000, resource-99999")
    #expect(try await lua.data(lua.global("items")) == .list(items))
  }

  @Test("tables keep their identity and can be changed from Swift")
  func tables() async throws {
    let lua = await lua()
    let table = await lua.newTable()
    try await lua.setGlobal("t", .table(table))
    try await lua.set(table, 1, "one")
    try await lua.set(table, "x", [1, 2])
    #expect(try await lua.show("return t[1], #t.x") == "one, 2")
    #expect(try await lua.run("return t").first?.table == table)
    #expect(try await lua.entries(of: table).map(\.key.kind) == ["a number", "a string"])
    await #expect(throws: LuaError.self) { try await lua.set(table, .number(.nan), 1) }
    await #expect(throws: LuaError.self) { try await lua.set(table, nil, 1) }
  }
}
