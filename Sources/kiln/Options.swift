import ArgumentParser
import OpenStack

/// What every command that works on a cloud can be told.
struct CloudOptions: ParsableArguments {
  @Option(help: "The cloud, by its name in clouds.yaml; 'embedded' is the one in memory.")
  var cloud: String?

  @Option(
    help: ArgumentHelp(
      "The file that keeps the stacks' journal, or postgres://USER@HOST/DATABASE, which several engines may share.",
      valueName: "store"))
  var store: String?

  @Option(help: "Shows the requests to clouds on standard error, secrets masked: off, on or full.")
  var http: TrafficLog.Level = .off
}

extension TrafficLog.Level: ExpressibleByArgument {}

/// How output is written.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, Sendable {
    case text, json
  }

  @Option(name: .shortAndLong, help: "The form of what is printed: text or json.")
  var output: Format = .text
}
