import Document
package import LuaRuntime
package import Scripting
import StackEngine

/// Runs chunks and script files in one state, as `lua` does.
package struct ScriptRunner: Sendable {
  /// What to run: the chunks of `-e` in order, then the script.
  package struct Invocation: Sendable {
    package enum Script: Sendable {
      case file(String)
      case text(String, name: String)
    }

    package var chunks: [String]
    package var script: Script?
    /// What the script gets as `...` and in `arg`.
    package var arguments: [String]

    package init(chunks: [String] = [], script: Script? = nil, arguments: [String] = []) {
      self.chunks = chunks
      self.script = script
      self.arguments = arguments
    }
  }

  private let lua: Lua
  private let workbench: Workbench
  private let commands: [String]
  private let environment: [String: String]

  /// Makes a runner; `commands` are the program's, one of which may have been meant by a script's name.
  package init(lua: Lua, workbench: Workbench, commands: [String] = [], environment: [String: String] = [:]) {
    self.lua = lua
    self.workbench = workbench
    self.commands = commands
    self.environment = environment
  }

  /// Runs everything, then waits for the operations that it started.
  ///
  /// - Returns: What the script returned.
  /// - Throws: What the script raised, as `LuaError`.
  @discardableResult
  package func run(_ invocation: Invocation) async throws -> [LuaValue] {
    try await prepare(invocation)
    for chunk in invocation.chunks { _ = try await lua.execute(chunk, name: "=(-e)") }
    var results: [LuaValue] = []
    if let script = invocation.script {
      let (text, name) = try load(script)
      results = try await lua.execute(text, name: name, arguments: invocation.arguments.map(LuaValue.string))
    }
    for session in await workbench.sessions.opened() { await session.engine.settle() }
    return results
  }

  private func prepare(_ invocation: Invocation) async throws {
    try await workbench.equip(lua)
    let arg = await lua.newTable()
    let name: String =
      switch invocation.script {
      case .file(let path): path
      case .text(_, let name): name
      case nil: "kiln"
      }
    try await lua.set(arg, 0, .string(name))
    for (index, argument) in invocation.arguments.enumerated() {
      try await lua.set(arg, .integer(Int64(index + 1)), .string(argument))
    }
    try await lua.setGlobal("arg", .table(arg))
    var script: String?
    if case .file(let path)? = invocation.script { script = path }
    try await Plugins(script: script, environment: environment).load(into: lua)
    for file in Plugins(.policies, script: script, environment: environment).files {
      try await workbench.policies.load(file: file)
    }
  }

  private func load(_ script: Invocation.Script) throws -> (text: String, name: String) {
    switch script {
    case .text(let text, let name): return (text, name)
    case .file(let path):
      guard let text = TextFile.read(path) else {
        let why = lastSystemError()
        throw Diagnostic(
          "unreadable_file", "the script \(path) can't be read: \(why)",
          hint: nearest(to: path, among: commands).map { "did you mean the command `kiln \($0)`?" })
      }
      return (text, path)
    }
  }
}
