import Ambience
import ArgumentParser
import Document
import Glibc
import OrderedCollections
import Scripting
import Shell
import StackEngine

/// `kiln stacks`: the stacks on a cloud, from the command line.
struct StacksCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stacks", abstract: "Plans, launches, shows, follows, checks, mends and deletes stacks.",
    subcommands: [
      List.self, Show.self, Events.self, History.self, TimelineOf.self, GraphOf.self, Why.self,
      PlanStack.self, Create.self, Update.self, ChangeSetCommand.self, GroupCommand.self, Continue.self,
      Rollback.self, Cancel.self, Undo.self, SignalStack.self, Clear.self, Drift.self, Accept.self,
      Check.self, Suspend.self, Resume.self, SnapshotCommand.self, Restore.self, Mark.self,
      Protect.self,
      Policy.self,
      Rename.self, Move.self, Delete.self, Abandon.self, Recover.self,
    ])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the stacks, oldest first.")
    @Option(help: "Only those with this tag, as KEY=WORD or KEY; may be repeated.") var tag: [String] = []
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      var tags = Tags()
      for text in tag {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
          String.init)
        tags[parts[0]] = parts.count > 1 ? parts[1] : ""
      }
      let stacks = try await engine(cloud).list(tagged: tags)
      if stacks.isEmpty, output.output == .text { return Output.errors.line("There are no stacks.") }
      show(stacks.map(\.row), output) { Table(["name", "status", "created", "updated"], $0).lines }
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows a stack's status, resources and outputs.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let engine = try await engine(cloud)
      let stack = try await engine.describe(name)
      let pauses = try await engine.pauses(of: name)
      guard output.output == .text else {
        var value = stack.value.map ?? [:]
        value["pauses"] = .list(pauses.map(\.value))
        return Output.standard.line(Value.map(value).jsonText())
      }
      Output.standard.line(
        "\(name)  \(stack.status.rawValue)" + (stack.head.reason.isEmpty ? "" : "  \(stack.head.reason)"))
      for pause in pauses { Output.standard.line(pause.line) }
      for (key, word) in stack.tags { Output.standard.line("\(key): \(word)") }
      Output.standard.line("")
      let rows = stack.resources.values.map(\.row)
      Table(["logical_id", "type", "status", "physical_id", "reason"], rows).lines.forEach {
        Output.standard.line($0)
      }
      guard !stack.outputs.isEmpty else { return }
      Output.standard.line("")
      for (name, output) in stack.outputs {
        Output.standard.line("\(name) = \(output.shown?.jsonText() ?? "(secret)")")
      }
    }
  }

  struct Events: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what happened to a stack.")
    @Argument(help: "The stack's name.") var name: String
    @Flag(help: "Goes on until the stack is deleted.") var follow = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let engine = try await engine(cloud)
      guard follow else {
        for event in try await engine.events(of: name) { show(event) }
        return
      }
      for try await event in try await engine.follow(name) { show(event) }
    }

    private func show(_ event: Event) {
      Output.standard.line(output.output == .json ? event.value.jsonText() : EventLine(event).text)
    }
  }

  struct SignalStack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "signal",
      abstract:
        "Signals a wait condition's handle, as cfn-signal does, or a scaling policy, as its alarm does.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The resource's logical ID.") var logicalID: String
    @Flag(help: "Signals a failure.") var failure = false
    @Option(help: "Why.") var reason = ""
    @Option(help: "What the wait condition's Data is to have.") var data = ""
    @Option(help: "Signals of one id count once.") var id = "kiln"
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let signal = Signal(id: id, isSuccess: !failure, reason: reason, data: data)
      try await operate(cloud, output, recovers: false) { [name, logicalID] engine in
        [try await engine.signal(name, logicalID, signal)].compactMap(\.self)
      }
    }
  }
}

/// Prints rows as a table, or each as a JSON object.
func show(
  _ rows: [OrderedDictionary<String, Value>], _ output: OutputOptions,
  table: ([OrderedDictionary<String, Value>]) -> [String]
) {
  switch output.output {
  case .json: for row in rows { Output.standard.line(Value.map(row).jsonText()) }
  case .text: for line in table(rows) { Output.standard.line(line) }
  }
}

extension StackHead {
  fileprivate var row: OrderedDictionary<String, Value> {
    [
      "name": .string(identity.name), "status": .string(status.rawValue), "reason": .string(reason),
      "created": .string(created.description), "updated": .string(updated.description),
      "id": .string(identity.id), "tags": blueprint.tags.value,
    ]
  }
}

extension ResourceRecord {
  fileprivate var row: OrderedDictionary<String, Value> {
    [
      "logical_id": .string(logicalID), "type": .string(type), "status": .string(status.rawValue),
      "physical_id": physical.map { .string($0.id) } ?? .null, "reason": .string(reason),
    ]
  }
}

extension StackRecord {
  fileprivate var value: Value {
    var row = head.row
    row["resources"] = .list(resources.values.map { .map($0.row) })
    row["outputs"] = .map(outputs.mapValues { $0.shown ?? "(secret)" })
    return .map(row)
  }
}
