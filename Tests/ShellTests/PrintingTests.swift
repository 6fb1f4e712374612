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
