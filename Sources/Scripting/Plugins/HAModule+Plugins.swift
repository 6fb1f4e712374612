import Document
import Glibc
import HighAvailability
import Loading
import LuaRuntime

extension LuaModule {
  /// What `kiln.ha` has for policy plugins.
  static func pluginFunctions(_ plugins: PluginHost) -> [Member] {
    [
      AsyncFunction(
        "load_plugin",
        "Loads a policy plugin from a file, in the place of the one of its name if there is one; the old one stays "
          + "where the new one fails its own tests.",
        [LuaParameter("file", .string)], returns: [LuaParameter("name", .string)]
      ) { arguments in
        let file: String = try arguments("file")
        return [.string(try await plugins.load(file: file).name)]
      }.member,
      AsyncFunction(
        "plugins", "Lists the policy plugins in the order in which they are asked.",
        returns: [
          LuaParameter(
            "plugins", .list(.any),
            "Each with `name`, `file`, `decides`, `handlers`, `events`, `tests`, `memory` (bytes), `faults` and "
              + "`out_of_service` (why).")
        ]
      ) { _ in
        var records: [LuaValue] = []
        for status in await plugins.status { records.append(await status.record) }
        return [.list(records)]
      }.member,
    ]
  }
}

extension PluginHost {
  /// Loads a plugin from a file.
  ///
  /// - Throws: A diagnostic when the file can't be read; else what `load` throws.
  @discardableResult
  package func load(file: String) async throws -> PolicyPlugin {
    guard let text = LocalFile.text(of: file) else {
      let why = String(cString: strerror(errno))
      throw Diagnostic(
        "unreadable_file", "the plugin \(file) can't be read: \(why)", hint: "check that the file is there")
    }
    return try await load(text, file: file)
  }
}

extension PluginHost.Status {
  fileprivate var record: LuaValue {
    get async {
      func list(_ words: [String]) -> LuaValue { .list(words.map { .string($0) }) }
      return .record([
        LuaField("name", .string(plugin.name)), LuaField("file", .string(plugin.file)),
        LuaField("decides", .bool(plugin.decides)), LuaField("handlers", list(plugin.handlers)),
        LuaField("events", list(plugin.events)), LuaField("tests", list(plugin.tests)),
        LuaField("memory", .integer(Int64(await plugin.memoryUsed))),
        LuaField("faults", .integer(Int64(faults))),
        LuaField("out_of_service", outOfService.map { .string($0) } ?? .nil),
      ])
    }
  }
}
