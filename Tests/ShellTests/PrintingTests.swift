import Ambience
import Document
import LuaRuntime
import TestSupport
import Testing

@testable import Shell

@Suite("printing values")
struct PrintingTests {
  private func print(_ chunk: String, columns: Int = 40) async throws -> String {
    let lua = Lua(ambient: .system(), output: { _ in })
    do {
      var reader = ValueReader(lua)
      let value = try await lua.run(chunk, name: "=test").first ?? .nil
      let shown = try await reader.read(value)
      return shown.lines(fitting: columns).map { $0.text(color: false) }.joined(separator: "\n")
    } catch let error as LuaError {
      return "error: \(error.message)"
    }
  }

  @Test("a result looks as a person reads it", arguments: GoldenCase.all("printing.txt"))
  func golden(golden: GoldenCase) async throws {
    #expect(try await print(golden.input) == golden.expected)
  }

  @Test("a function of kiln's is shown as it is called")
  func function() async throws {
    let lua = Lua(ambient: .system(), output: { _ in })
    let module = LuaModule(name: "demo", summary: "") {
      Function("list", "Lists.", [LuaParameter("all", .optional(.boolean))]) { _ in [] }
    }
    var reader = ValueReader(lua)
    let shown = try await reader.read(try await lua.get(lua.table(of: module), "list"))
    #expect(shown.line.text(color: false) == "function demo.list(all?)")
  }

  @Test("data keeps the order of its keys")
  func order() {
    let value: Value = ["zone": "nova", "id": 7, "tags": ["a", nil]]
    #expect(Shown(value).line.text(color: false) == "{ zone = \"nova\", id = 7, tags = { \"a\", null } }")
  }

  @Test("records from Swift keep the order of their fields")
  func records() async throws {
    let lua = Lua(ambient: .system(), output: { _ in })
    try await lua.setGlobal(
      "r", .list([.record([LuaField("name", "web"), LuaField("id", 7), LuaField("gone", .nil)])]))
    var reader = ValueReader(lua)
    let shown = try await reader.read(try await lua.run("return r", name: "=test")[0])
    #expect(shown.lines(fitting: 40).map { $0.text(color: false) } == ["NAME  ID", "web    7"])
  }

  /// Something of a cloud's, with its facts.
  private final class Server: TabularObject {
    static let luaClass = LuaClass("demo.Server", "A server.") {
      Operation(.text) { (server: Server, _) in [.string("server \(server.name)")] }
    }

    let name: String
    let status: String

    init(_ name: String, _ status: String) {
      self.name = name
      self.status = status
    }

    var heading: String { "server \(name)" }
    var facts: [(title: String, value: Value)] {
      [("name", .string(name)), ("status", .string(status)), ("key", .null)]
    }
    var fieldCount: Int { 12 }
  }

  private func printed(_ value: LuaValue, color: Bool = false) async throws -> [String] {
    let lua = Lua(ambient: .system(), output: { _ in })
    try await lua.setGlobal("v", value)
    var reader = ValueReader(lua)
    let shown = try await reader.read(try await lua.run("return v", name: "=test")[0])
    return shown.lines(fitting: 60).map { $0.text(color: color) }
  }

  @Test("things of a cloud are a table, one alone is a card, and one in another table is a name")
  func things() async throws {
    let servers = [Server("web", "ACTIVE"), Server("database", "ERROR")]
    #expect(
      try await printed(.list(servers.map { .object($0) })) == [
        "NAME      STATUS", "web       ACTIVE", "database  ERROR",
      ])
    #expect(
      try await printed(.object(servers[0])) == [
        "server web", "  name    web", "  status  ACTIVE", "  and 9 more fields",
      ])
    #expect(
      try await printed(.record([LuaField("a", .object(servers[0]))])) == ["{ a = server web }"])
  }

  @Test("a state that is bad news is red, one that is good is green")
  func states() async throws {
    let lines = try await printed(
      .list([.object(Server("a", "ERROR")), .object(Server("b", "ACTIVE"))]), color: true)
    #expect(lines[1].contains("\u{1B}[1;31mERROR"))
    #expect(lines[2].contains("\u{1B}[1;32mACTIVE"))
  }

  @Test("scalars have colours of their own")
  func colours() {
    let shown = Shown(["a", 1, nil] as Value)
    #expect(
      shown.line.text(color: true)
        == "{ \u{1B}[32m\"a\"\u{1B}[0m, \u{1B}[36m1\u{1B}[0m, \u{1B}[2mnull\u{1B}[0m }")
  }

  @Test("a table of nothing has a header")
  func empty() {
    #expect(Table(["name", "status"], [[Table.Cell]]()).lines == ["NAME  STATUS"])
  }
}
