import Ambience
import ArgumentParser
import Document
import HighAvailability
import OrderedCollections
import Scripting
import Shell
import StackEngine

/// `kiln ha`: what became of applications that are kept alive, and when they are to be left alone.
struct HACommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ha",
    abstract:
      "Watches applications and heals them; shows how they fare, what happened and why each action was taken.",
    subcommands: [
      Run.self, Status.self, Incidents.self, Explain.self, Report.self, MaintenanceCommand.self,
      Thaw.self, Retry.self,
      Webhook.self,
      PluginsCommand.self,
      Backtesting.self, TestCommand.self, Simulate.self,
    ])

  struct Incidents: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Lists the incidents that the store has, the newest first.")
    @Option(help: "Only those of this application.") var application: String?
    @Flag(help: "Only those that aren't over.") var open = false
    @OptionGroup var shadow: ShadowOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let found = try await incidents(cloud, shadow.isDryRun).incidents().filter { incident in
        (application == nil || incident.application == application) && !(open && incident.state.isOver)
      }
      if found.isEmpty, output.output == .text { return Output.errors.line("There are no incidents.") }
      show(found.map(\.row), output) {
        Table(["id", "began", "application", "stack", "resource", "state", "lasted", "reason"], $0).lines
      }
    }
  }

  struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract:
        "Says of an incident why each action was taken: what the checks said, which step of the ladder "
        + "was chosen by which count, the operation and the request that it came to, and what happened then.")
    @Argument(help: "The incident's id, as `incidents` lists it.") var incident: String
    @OptionGroup var shadow: ShadowOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let journal = try await incidents(cloud, shadow.isDryRun)
      let explanation = try await journal.explanation(of: incident)
      guard output.output == .json else { return StacksCommand.tell(explanation, output) }
      let (found, entries) = try await journal.incident(incident)
      var value = found.value.map ?? [:]
      value["entries"] = .list(entries.map(\.value))
      value["because"] = explanation.value["because"]
      Output.standard.line(Value.map(value).jsonText())
    }
  }

  /// The incidents in the store of the cloud that is meant.
  static func incidents(
    _ options: CloudOptions, _ isDryRun: Bool = false
  ) async throws -> IncidentJournal {
    let opening = try Opening(options, environment: Environment.variables, ambient: Ambient.system())
    let journal = try await opening.storedJournal()
    return IncidentJournal(isDryRun ? ShadowJournal(journal) : journal)
  }

  /// Whether what dry runs have decided is meant.
  struct ShadowOptions: ParsableArguments {
    @Flag(name: .customLong("dry-run"), help: "What `run --dry-run` would have done, in place of what was.")
    var isDryRun = false
  }
}

extension Incident {
  fileprivate var row: OrderedDictionary<String, Value> {
    [
      "id": .string(id), "began": .string(began.description), "application": .string(application),
      "stack": .string(target.stack), "resource": .string(target.logicalID),
      "state": .string(state.rawValue),
      "lasted": .string(ended.map { ($0 - began).phrase } ?? ""), "reason": .string(reason),
    ]
  }
}
