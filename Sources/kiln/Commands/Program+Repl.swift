import Ambience
import LuaRuntime
import OpenStack
import Scripting
import Shell

extension Program {
  private var completer: Completer {
    let names = RemoteNames(sessions: workbench.sessions, ambient: workbench.ambient)
    return Completer(
      introspection: LuaIntrospection(lua), types: SchemaCatalogue(workbench.shelf),
      remote: CloudNames(lua: lua, names: names))
  }

  /// Talks with the person at the terminal until they leave.
  func talk(skipsInit: Bool) async -> Int32 {
    let environment = Environment.variables
    var settings = Repl.Settings(banner: "kiln 0.1 · cloud \(workbench.sessions.defaultName) · :help")
    settings.isJSON = isJSON
    settings.environment = environment
    settings.historyFile = History.path(environment: environment)
    settings.requestLevel = { [traffic] in traffic.level.rawValue }
    settings.showRequests = { [traffic] level in traffic.level = TrafficLog.Level(rawValue: level) ?? .off }
    settings.loadPolicy = { [policies = workbench.policies] in try await policies.load(file: $0) }
    let configuration = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    let folder = configuration ?? environment["HOME"].map { "\($0)/.config" }
    if !skipsInit { settings.initFile = folder.map { "\($0)/kiln/init.lua" } }
    let repl = Repl(
      lua: lua, progress: progress, completer: completer, settings: settings, ambient: workbench.ambient)
    return await repl.run()
  }

  /// Prints what could follow in a line, a candidate and its description on each line.
  func complete(_ line: String) async throws {
    try await workbench.equip(lua)
    await LuaIntrospection(lua).loadModules()
    for text in await completer.lines(for: line) { Output.standard.line(text) }
  }
}
