import LuaRuntime

/// Helps to write what the REPL understands.
struct ReplAssistant: LineAssistant {
  let lua: Lua
  let completer: Completer

  func isComplete(_ text: String) async -> Bool {
    guard case .chunk(let chunk) = ReplLine(text) else { return true }
    if case .incomplete = await lua.check(chunk.text, name: "=input") { return false }
    return true
  }

  func completion(of text: String, cursor: Int) async -> Completion {
    await completer.completion(of: text, cursor: cursor)
  }

  func explanation(of text: String, cursor: Int) async -> [String] {
    await completer.explanation(of: text, cursor: cursor)
  }
}
