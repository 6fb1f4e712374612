import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Scripting
import Shell

extension HACommand {
  /// `kiln ha plugins`: the policy plugins, and whether their own tests pass.
  struct PluginsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plugins",
      abstract:
        "Loads policy plugins, runs their own tests, and lists them in the order in which they are asked.",
      discussion:
        "They are the files *.lua in ~/.config/kiln/policies and in the folders of KILN_POLICIES, and those that are "
        + "named. Those in a folder `isolated` inside of one of these folders run in processes of their own, which is for "
        + "strangers' plugins. One that can't be loaded or fails its own tests is told, and the exit code is 1."
    )
    @Argument(help: "More plugins.") var files: [String] = []
    @Flag(help: "Gives each plugin a process of its own.") var isolate = false
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let host = PluginHost(ambient: Ambient.system(), servant: PluginHostCommand.program)
      if isolate { await host.isolateAll() }
      let known = Plugins(.policies, script: nil, environment: Environment.variables).files
      var hasFailed = false
      for file in known + files {
        do {
          try await host.load(file: file)
        } catch {
          hasFailed = true
          guard let diagnostics = Complaint.diagnostics(of: error) else { throw error }
          Complaint.show(diagnostics)
        }
      }
      let plugins = await host.status.map(\.plugin)
      if plugins.isEmpty, output.output == .text, !hasFailed {
        Output.errors.line("There are no policy plugins.")
      } else {
        var rows: [OrderedDictionary<String, Value>] = []
        for plugin in plugins { rows.append(await plugin.row(isText: output.output == .text)) }
        show(rows, output) {
          Table(["name", "isolated", "decides", "handlers", "events", "tests", "memory", "file"], $0).lines
        }
      }
      if hasFailed { throw ExitCode.failure }
    }
  }
}

extension RunningPlugin {
  fileprivate func row(isText: Bool) async -> OrderedDictionary<String, Value> {
    func list(_ words: [String]) -> Value {
      isText ? .string(words.joined(separator: ", ")) : .list(words.map { .string($0) })
    }
    func truth(_ isSo: Bool) -> Value { isText ? .string(isSo ? "yes" : "") : .bool(isSo) }
    let memory = await memoryUsed
    return [
      "name": .string(name), "isolated": truth(isIsolated), "decides": truth(outline.decides),
      "handlers": list(outline.handlers), "events": list(outline.events), "tests": list(outline.tests),
      "memory": isText ? .string("\(memory >> 10) KiB") : .integer(Int64(memory)), "file": .string(file),
    ]
  }
}
