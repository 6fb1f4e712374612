package import Ambience
package import Document
import HTTP
import Loading
package import LuaRuntime
package import OpenStack
import StandardLibrary

/// What Lua's modules need of the program around them.
package struct Workbench: Sendable {
  package let sessions: Sessions
  /// The requests that the sessions' clouds are sent.
  package let traffic: TrafficLog
  package let ambient: Ambient
  package let shelf: SchemaShelf
  package let watcher: any OperationWatcher
  /// What scripts resolve of dynamic references, for the engines of the sessions.
  package let references: ScriptReferences
  /// The resource types that scripts define, for the same engines.
  package let types: ScriptTypes
  /// The hooks that scripts define, for the same engines.
  package let hooks: ScriptHooks
  /// The policy plugins, which the supervisors of the sessions ask.
  package let policies: PluginHost
  /// Shows a warning that a template gave.
  package let warn: @Sendable (Diagnostic) -> Void
  /// Writes a message of `kiln.log`.
  package let log: @Sendable (LogLevel, String) -> Void
  /// Writes to standard output, as `print` does.
  package let write: @Sendable (String) -> Void

  package init(
    sessions: Sessions, traffic: TrafficLog = TrafficLog(), ambient: Ambient,
    shelf: SchemaShelf = SchemaShelf(),
    watcher: any OperationWatcher, references: ScriptReferences = ScriptReferences(),
    types: ScriptTypes = ScriptTypes(), hooks: ScriptHooks = ScriptHooks(), policies: PluginHost? = nil,
    warn: @escaping @Sendable (Diagnostic) -> Void,
    log: @escaping @Sendable (LogLevel, String) -> Void,
    write: @escaping @Sendable (String) -> Void
  ) {
    self.sessions = sessions
    self.traffic = traffic
    self.ambient = ambient
    self.shelf = shelf
    self.watcher = watcher
    self.references = references
    self.types = types
    self.hooks = hooks
    self.policies = policies ?? PluginHost(ambient: ambient)
    self.warn = warn
    self.log = log
    self.write = write
  }
}

extension Workbench {
  /// The modules of kiln that are written in Swift; `state` gives the state that they are for, while it
  /// lives.
  package func modules(for state: @escaping @Sendable () throws -> Lua) -> [LuaModule] {
    let desk = StackDesk(watcher: watcher, references: references, shelf: shelf) { composer in
      try await state().run("return (...):build()", name: "=composer", arguments: [.table(composer)])
    }
    let texts = TextLoader(web: { CurlTransport() }) { [sessions] in
      try await sessions.session().cloud.object
    }
    return [
      .template(shelf, texts, warn: warn),
      .stacks(sessions, desk, hooks) { try await state().call($0, $1) },
      .cloud(sessions, traffic) { try await state().call($0, $1) },
      .highAvailability(sessions, policies, ambient: ambient, warn: warn) { try await state().call($0, $1) },
      .resource(types) { try await state().callForData($0, $1) },
      .lint(shelf), .json, .yaml, .data, .complaint, .log(log),
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
    await policies.tellFaults { [warn] name, diagnostic in
      warn(
        Diagnostic(
          diagnostic.severity, diagnostic.code, "plugin \(name): \(diagnostic.message)", at: diagnostic.place,
          hint: diagnostic.hint, notes: diagnostic.notes))
    }
    await lua.setExamples(LuaExamples(LuaSources.examples))
    _ = try await lua.run("kiln = require 'kiln'", name: "=kiln")
    try await lua.setGlobal("help", .native(help(on: { state }).declaration))
  }

  /// `help(x)`: what kiln knows of any of its values.
  private func help(on state: @escaping @Sendable () -> Lua?) -> AsyncFunction {
    AsyncFunction(
      "help", "Explains a value: a module, a function, an object; without one, says where to begin.",
      [LuaParameter("value", .any)]
    ) { [write] arguments in
      if case .nil = arguments["value"] {
        write(Self.overview)
      } else if let known = await state()?.documentation(of: arguments["value"]) {
        write(known.text + "\n")
      } else {
        write("\(arguments["value"].kind) that kiln knows nothing about\n")
      }
      return []
    }
  }

  private static let overview = """
    kiln.template  composes and compares templates     kiln.cloud  lists and changes what the cloud has
    kiln.lint      checks templates by rules           kiln.ha     keeps applications alive
    kiln.stacks    plans, launches and finds stacks    kiln.task   runs things at the same time
    kiln.data      loads and merges data files         kiln.json, kiln.yaml, kiln.log

    help(kiln.stacks) and help(kiln.stacks.create) say more.

    """
}
