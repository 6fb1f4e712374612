import Document
import Testing

@testable import Shell

@Suite("what was typed")
struct ReplLineTests {
  private func chunk(_ text: String) -> ReplLine.Chunk? {
    if case .chunk(let chunk) = ReplLine(text) { chunk } else { nil }
  }

  @Test("colons begin commands, labels are Lua, and exclamation marks go to the shell")
  func kinds() {
    #expect(ReplLine("  ") == .empty)
    #expect(ReplLine(":help x ") == .command(":help x"))
    #expect(ReplLine("! ls -l") == .shell("ls -l"))
    #expect(chunk("::here::") != nil)
  }

  @Test("a semicolon at the end is silence, also before a comment")
  func quiet() {
    #expect(chunk("f();")?.isQuiet == true)
    #expect(chunk("f(); -- quiet")?.isQuiet == true)
    #expect(chunk("f() -- ;")?.isQuiet == false)
    #expect(chunk("';'")?.isQuiet == false)
  }

  @Test("a pipe outside of strings leads to a command")
  func pipes() {
    #expect(chunk("x |> sort -r |> wc")?.text == "x |> sort -r ")
    #expect(chunk("list() |> jq .")?.pipe == "jq .")
    #expect(chunk("list() |> jq .")?.text == "list() ")
    #expect(chunk("'a |> b'")?.pipe == nil)
    #expect(chunk("a | b > c")?.pipe == nil)
  }

  @Test("commands may be abbreviated, and a wrong one suggests the nearest")
  func commands() throws {
    #expect(try ReplCommand.read(":help kiln.stacks").command == .help)
    #expect(try ReplCommand.read(":help  kiln.stacks ").argument == "kiln.stacks")
    #expect(try ReplCommand.read(":q").command == .quit)
    let error = #expect(throws: Diagnostic.self) { try ReplCommand.read(":tarce") }
    #expect(error?.hint == "did you mean :trace?")
    // `:t` could be two commands.
    #expect(throws: Diagnostic.self) { try ReplCommand.read(":t") }
    #expect(throws: Diagnostic.self) { try ReplCommand.read(":") }
  }
}
