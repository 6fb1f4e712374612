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
        [
          LuaParameter("file", .string),
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter(
                  "isolated", .optional(.boolean),
                  "Whether it runs in a process of its own, as strangers' should; if not given as it asks for itself, and "
                    + "so if its folder is called `isolated`.")
              ]))),
        ], returns: [LuaParameter("name", .string)]
      ) { arguments in
        let file: String = try arguments("file")
        let isolated: Bool? = try arguments.options("options").optional("isolated")
        return [.string(try await plugins.load(file: file, isolated: isolated).name)]
      }.member,
      AsyncFunction(
        "plugins", "Lists the policy plugins in the order in which they are asked.",
        returns: [
          LuaParameter(
            "plugins", .list(.any),
            "Each with `name`, `file`, `isolated`, `process` (its number), `decides`, `handlers`, `events`, `tests`, "
              + "`memory` (bytes), `faults` and `out_of_service` (why).")
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
  /// Loads a plugin from a file; those in a folder called `isolated` get a process of their own.
  ///
  /// - Throws: A diagnostic when the file can't be read; else what `load` throws.
  @discardableResult
  package func load(file: String, isolated: Bool? = nil) async throws -> any RunningPlugin {
    guard let text = LocalFile.text(of: file) else {
      let why = String(cString: strerror(errno))
      throw Diagnostic(
        "unreadable_file", "the plugin \(file) can't be read: \(why)", hint: "check that the file is there")
    }
    let isForStrangers = file.split(separator: "/").dropLast().last == "isolated"
    return try await load(text, file: file, isolated: isolated ?? (isForStrangers ? true : nil))
  }
}

extension PluginHost.Status {
  fileprivate var record: LuaValue {
    get async {
      func list(_ words: [String]) -> LuaValue { .list(words.map { .string($0) }) }
      return .record([
        LuaField("name", .string(plugin.name)), LuaField("file", .string(plugin.file)),
        LuaField("isolated", .bool(plugin.isIsolated)),
        LuaField("process", plugin.process.map { .integer(Int64($0)) } ?? .nil),
        LuaField("decides", .bool(plugin.outline.decides)),
        LuaField("handlers", list(plugin.outline.handlers)),
        LuaField("events", list(plugin.outline.events)), LuaField("tests", list(plugin.outline.tests)),
        LuaField("memory", .integer(Int64(await plugin.memoryUsed))),
        LuaField("faults", .integer(Int64(faults))),
        LuaField("out_of_service", outOfService.map { .string($0) } ?? .nil),
      ])
    }
  }
}
