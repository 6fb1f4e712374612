import Ambience
import ArgumentParser
import Document
import HighAvailability
import OrderedCollections
import Shell

extension HACommand {
  /// `kiln ha maintenance`: times in which failures are nobody's business.
  struct MaintenanceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "maintenance",
      abstract: "Begins and ends times in which no action is taken, whichever process watches.",
      discussion:
        "Those who watch see it within five seconds. It is kept in the store, and outlives all of them.",
      subcommands: [On.self, Off.self, List.self])
  }

  /// What is to be left alone: one of these.
  struct ScopeOptions: ParsableArguments {
    @Option(help: "All of a stack.") var stack: String?
    @Option(help: "A resource, as STACK/LOGICAL_ID.") var resource: String?
    @Option(help: "What runs on stacks with a tag, as KEY=WORD.") var tag: String?
    @Option(help: "One application, with all that are parts of it.") var application: String?
    @Flag(help: "Everything that is watched.") var everything = false

    func validate() throws {
      let count = [stack, resource, tag, application].count { $0 != nil } + (everything ? 1 : 0)
      guard count == 1 else {
        throw ValidationError(
          "say what is meant by one of --stack, --resource, --tag, --application and --everything")
      }
      if let resource, Self.halves(resource, "/") == nil {
        throw ValidationError("--resource wants STACK/LOGICAL_ID, not \(resource)")
      }
      if let tag, Self.halves(tag, "=") == nil {
        throw ValidationError("--tag wants KEY=WORD, not \(tag)")
      }
    }

    var scope: MaintenanceWindow.Scope {
      if let stack { return .stack(stack) }
      if let (stack, id) = resource.flatMap({ Self.halves($0, "/") }) {
        return .resource(Target(stack: stack, logicalID: id))
      }
      if let (key, word) = tag.flatMap({ Self.halves($0, "=") }) { return .tag(key, value: word) }
      if let application { return .application(application) }
      return .everything
    }

    private static func halves(_ text: String, _ separator: Character) -> (String, String)? {
      guard let middle = text.firstIndex(of: separator), middle != text.startIndex else { return nil }
      let rest = text[text.index(after: middle)...]
      return rest.isEmpty ? nil : (String(text[..<middle]), String(rest))
    }
  }

  struct On: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Begins maintenance: nothing is done about failures until it ends.")
    @OptionGroup var what: ScopeOptions
    @Option(
      name: .customLong("for"), help: "How long: a number and s, m, h, d or w; until `off` if not given.")
    var span: Age?
    @Option(
      name: .customLong("in"),
      help: "How long from now it begins: a number and s, m, h, d or w; at once if not given.")
    var delay: Age?
    @Option(help: "Why.") var reason = ""
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let ambient = Ambient.system()
      let now = ambient.now()
      let from = now + (delay?.span ?? .zero)
      let window = MaintenanceWindow(
        id: ambient.characters(8, from: Incident.alphabet), scope: what.scope, from: from,
        until: span.map { from + $0.span }, reason: reason)
      try await incidents(cloud).begin(window, at: now)
      let start = delay == nil ? "from now" : "from \(from)"
      Output.errors.line(
        "\(what.scope) is in maintenance \(start) on" + (window.until.map { ", until \($0)" } ?? ""))
    }
  }

  struct Off: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Ends maintenance, and forgets what of it was to come.")
    @OptionGroup var what: ScopeOptions
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      try await incidents(cloud).endMaintenance(of: what.scope, at: Ambient.system().now())
      Output.errors.line("\(what.scope) is in maintenance no longer")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the maintenance that is on or to come.")
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let now = Ambient.system().now()
      let windows = try await incidents(cloud).maintenance(at: now).sorted { $0.from < $1.from }
      if windows.isEmpty, output.output == .text { return Output.errors.line("Nothing is in maintenance.") }
      show(windows.map { $0.row(at: now) }, output) {
        Table(["what", "state", "from", "until", "reason"], $0).lines
      }
    }
  }
}

extension MaintenanceWindow {
  fileprivate func row(at now: Timestamp) -> OrderedDictionary<String, Value> {
    [
      "what": .string(scope.description), "state": from <= now ? "on" : "to come",
      "from": .string(from.description), "until": .string(until?.description ?? ""),
      "reason": .string(reason),
    ]
  }
}
