import ArgumentParser
import Shell

/// The program: a script to run, the REPL, or one of the commands.
@main
struct Kiln: AsyncParsableCommand {
  static let version = "0.1"
  static let configuration = CommandConfiguration(
    commandName: "kiln",
    abstract: "A scriptable orchestration shell for CloudFormation stacks on OpenStack.",
    usage: """
      kiln [options] [FILE | -] [arguments]
      kiln [options] -e CHUNK [FILE] [arguments]
      kiln template | stacks | ha | store | cloud ...
      """,
    discussion:
      "Without a file or a chunk, kiln is a REPL. Exit codes: 0 all went well, 1 something failed, 2 the "
      + "command line is wrong, 130 interrupted.",
    version: "kiln \(version)",
    subcommands: [
      RunCommand.self, TemplateCommand.self, StacksCommand.self, HACommand.self, StoreCommand.self,
      CloudCommand.self, StubsCommand.self, SimulateCommand.self, MeasureCommand.self, PluginHostCommand.self,
    ],
    defaultSubcommand: RunCommand.self)

  static func main() async {
    Memory.settle()
    do {
      var command = try parseAsRoot(Self.arranged(Array(CommandLine.arguments.dropFirst())))
      if var waiting = command as? any AsyncParsableCommand {
        try await waiting.run()
      } else {
        try command.run()
      }
    } catch let error as ExitCode {
      exit(withError: error)
    } catch let error as CleanExit {
      exit(withError: error)
    } catch {
      leave(with: error)
    }
  }

  /// The arguments with options before a command's name moved behind it: `kiln --cloud mine stacks list`.
  private static func arranged(_ arguments: [String]) -> [String] {
    var options: [String] = []
    var rest = arguments[...]
    while let option = rest.first, ["--cloud", "--store", "--http", "-o", "--output"].contains(option),
      rest.count > 1
    {
      options += rest.prefix(2)
      rest = rest.dropFirst(2)
    }
    guard let name = rest.first, let inner = commands[name] else { return arguments }
    guard let next = rest.dropFirst().first, inner.contains(next) else { return Array(rest) + options }
    return [name, next] + options + rest.dropFirst(2)
  }

  /// The names of the commands that can be told a cloud, and of the commands inside them.
  private static let commands: [String: [String]] = [
    "template": ["validate", "lint", "show", "graph", "diff", "convert", "fmt", "bench"],
    "stacks": StacksCommand.configuration.subcommands.map { $0._commandName },
    "ha": HACommand.configuration.subcommands.map { $0._commandName },
    "store": StoreCommand.configuration.subcommands.map { $0._commandName },
  ]

  /// Says what went wrong and ends the program: 2 for a wrong command line, else 1.
  private static func leave(with error: any Error) -> Never {
    if let diagnostics = Complaint.diagnostics(of: error) {
      Complaint.show(diagnostics)
      exit(withError: ExitCode(1))
    }
    Output.errors.write(fullMessage(for: error) + "\n")
    exit(withError: ExitCode(2))
  }
}
