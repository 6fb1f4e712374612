import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine

extension StacksCommand {
  /// `kiln stacks change-set`: what would be done to a stack, kept in the store until it is done.
  struct ChangeSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "change-set",
      abstract: "Keeps plans in the store, to be looked at and executed later, by whoever.",
      subcommands: [
        CreateChangeSet.self, ListChangeSets.self, ShowChangeSet.self, ExecuteChangeSet.self,
        DeleteChangeSet.self,
      ])
  }

  struct CreateChangeSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Plans what makes a stack what a template says, and keeps the plan.",
      discussion: """
        Parameters of a stack that aren't given keep their values. For example: \
        kiln stacks change-set create web web.yaml larger -p Size=2
        """)
    @OptionGroup var options: LaunchOptions
    @Argument(help: ArgumentHelp("A name for the change set.", valueName: "change-set")) var changeSet: String
    @Option(help: "What it is for.") var description: String?
    @Option(
      name: .customLong("import"),
      help: ArgumentHelp(
        "What is in the cloud already and is taken in as it is; may be repeated.", valueName: "logical-id=id")
    )
    var imports: [String] = []
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws { _ = try imported }

    private var imported: [String: String] {
      get throws {
        var result: [String: String] = [:]
        for text in imports {
          let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
          guard parts.count == 2 else {
            throw ValidationError("'\(text)' isn't of the form logical-id=id")
          }
          result[parts[0]] = parts[1]
        }
        return result
      }
    }

    func run() async throws {
      let launch = try await options.launch(cloud)
      let imports = try imported
      try await Program(cloud, output).withEngine { engine in
        let made = try await engine.createChangeSet(
          changeSet, of: launch.name, launch.template,
          parameters: engine.parameters(of: launch.name, for: launch.template, given: launch.parameters),
          options: PlanOptions(imports: imports), description: description)
        tell(made, output)
      }
    }
  }

  struct ListChangeSets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the change sets of a stack, oldest first.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let all = try await engine(cloud).changeSets(of: name)
      if all.isEmpty, output.output == .text { return Output.errors.line("\(name) has no change sets.") }
      show(all.map(\.row), output) {
        Table(["name", "kind", "status", "created", "description", "reason"], $0).lines
      }
    }
  }

  struct ShowChangeSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows what a change set does, and whether it still can.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The change set's name.") var changeSet: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws { tell(try await engine(cloud).changeSet(changeSet, of: name), output) }
  }

  struct ExecuteChangeSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "execute",
      abstract: "Does what a change set says, if that is still what was shown, and waits until it is done.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The change set's name.") var changeSet: String
    @Flag(help: "Keeps what there is after a failure, for a look and another try, instead of going back.")
    var keep = false
    @OptionGroup var pausing: PausingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      var options = try pausing.options
      options.onFailure = keep ? .keep : .rollback
      try await operate(cloud, output) { [name, changeSet, options] engine in
        [try await engine.execute(changeSet, of: name, options: options)]
      }
    }
  }

  struct DeleteChangeSet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Forgets a change set; what it has done stays.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The change set's name.") var changeSet: String
    @OptionGroup var cloud: CloudOptions

    func run() async throws { try await engine(cloud).deleteChangeSet(changeSet, of: name) }
  }

  private static func tell(_ changeSet: ChangeSet, _ output: OutputOptions) {
    guard output.output == .text else {
      var value = changeSet.row
      value["plan"] = changeSet.record.shown
      return Output.standard.line(Value.map(value).jsonText())
    }
    let tail = changeSet.reason.isEmpty ? "" : "  \(changeSet.reason)"
    Output.standard.line("\(changeSet.name)  \(changeSet.status.rawValue)\(tail)")
    for line in changeSet.record.lines { Output.standard.line(line) }
  }
}

extension ChangeSet {
  fileprivate var row: OrderedDictionary<String, Value> {
    [
      "name": .string(name), "kind": .string(record.kind.rawValue), "status": .string(status.rawValue),
      "created": .string(record.created.description),
      "description": record.description.map { .string($0) } ?? .null, "reason": .string(reason),
    ]
  }
}
