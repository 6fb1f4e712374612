package import Ambience
package import Document
package import LuaRuntime
import StandardLibrary

/// What Lua's modules need of the program around them.
package struct Workbench: Sendable {
  package let sessions: Sessions
  package let ambient: Ambient
  package let shelf: SchemaShelf
  /// Told of each operation that a script starts.
  package let watch: OperationWatcher
  /// Shows a warning that a template gave.
  package let warn: @Sendable (Diagnostic) -> Void
  /// Writes a message of `kiln.log`.
  package let log: @Sendable (LogLevel, String) -> Void

  package init(
    sessions: Sessions, ambient: Ambient, shelf: SchemaShelf = SchemaShelf(),
    watch: @escaping OperationWatcher, warn: @escaping @Sendable (Diagnostic) -> Void,
    log: @escaping @Sendable (LogLevel, String) -> Void
  ) {
    self.sessions = sessions
    self.ambient = ambient
    self.shelf = shelf
    self.watch = watch
    self.warn = warn
    self.log = log
  }
}

extension Workbench {
  /// The modules of kiln that are written in Swift; `state` gives the state that they are for, while it
  /// lives.
  package func modules(for state: @escaping @Sendable () throws -> Lua) -> [LuaModule] {
    let desk = StackDesk(watch: watch) { composer in
      try await state().run("return (...):build()", name: "=composer", arguments: [.table(composer)])
    }
    return [
      .template(shelf, warn: warn), .stacks(sessions, desk), .cloud(sessions),
      .highAvailability(sessions) { try await state().call($0, $1) }, 
      .json, .yaml, .data, .log(log),
      .task(ambient: ambient),
    ]
  }

  /// Gives a state the modules of kiln, those in Swift and those in Lua, and the global `kiln`.
  package func equip(_ lua: Lua) async throws {
    weak let state = lua
    let modules = modules {
      guard let state else { throw CancellationError() }
      return state
    }
    for module in modules { await lua.preload(module) }
    for (name, source) in LuaSources.all { try await lua.preload(source: source, name: name) }
    _ = try await lua.run("kiln = require 'kiln'", name: "=kiln")
  }
}
