import Ambience
import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine

extension StacksCommand {
  /// `kiln stacks snapshot`: what a stack is at a time, data and all, to go back to.
  struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "snapshot",
      abstract: "Keeps what a stack is with its data, to go back to with restore.",
      discussion: """
        A snapshot has the stack's template and parameters, a copy of each volume, which is a volume too, and an \
        image of each server that doesn't boot from one. Volumes and servers in use are kept as they are at that \
        moment, one after the other. Deleting a stack deletes its snapshots.
        """,
      subcommands: [TakeSnapshot.self, ListSnapshots.self, ShowSnapshot.self, DeleteSnapshot.self])
  }

  struct TakeSnapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "create", abstract: "Keeps what a stack is now, and waits until that is whole.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "A name for the snapshot; snapshot-1 and so on if not given.") var snapshot: String?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name, snapshot] engine in
        [try await engine.takeSnapshot(of: name, as: snapshot)]
      }
    }
  }

  struct ListSnapshots: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the snapshots of a stack, oldest first.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let all = try await engine(cloud).snapshots(of: name)
      if all.isEmpty, output.output == .text { return Output.errors.line("\(name) has no snapshots.") }
      show(all.map(\.row), output) { Table(["name", "status", "created", "reason"], $0).lines }
    }
  }

  struct ShowSnapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show", abstract: "Shows what a snapshot has, and what the cloud keeps for it.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The snapshot's name.") var snapshot: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let found = try await engine(cloud).snapshot(snapshot, of: name)
      let kept = found.resources.values.map { resource -> OrderedDictionary<String, Value> in
        let content = found.contents[resource.logicalID]
        return [
          "logical_id": .string(resource.logicalID), "type": .string(resource.type),
          "physical_id": resource.physical.map { .string($0.id) } ?? .null,
          "content": output.output == .json ? content ?? .null : .string(Self.words(content)),
        ]
      }
      guard output.output == .text else {
        var row = found.row
        row["resources"] = .list(kept.map { .map($0) })
        return Output.standard.line(Value.map(row).jsonText())
      }
      Output.standard.line(
        "\(found.name)  \(found.status.rawValue)" + (found.reason.isEmpty ? "" : "  \(found.reason)"))
      for line in Table(["logical_id", "type", "physical_id", "content"], kept).lines {
        Output.standard.line(line)
      }
    }

    /// What is kept, such as `volume 3f…`.
    private static func words(_ content: Value?) -> String {
      guard let content else { return "" }
      guard let map = content.map else { return content.scalarText ?? content.jsonText() }
      return map.map { "\($0) \($1.scalarText ?? $1.jsonText())" }.joined(separator: ", ")
    }
  }

  struct DeleteSnapshot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Deletes a snapshot, with what the cloud keeps for it.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The snapshot's name.") var snapshot: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name, snapshot] engine in
        [try await engine.deleteSnapshot(snapshot, of: name)]
      }
    }
  }

  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a stack what it was when a snapshot was taken, and waits until it is.",
      discussion: """
        Its volumes and servers are made anew from what the snapshot kept, the rest is changed as by any update; \
        when it fails, the stack goes back to what it was before. For example: \
        kiln stacks restore web before-upgrade --plan
        """)
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The snapshot's name.") var snapshot: String
    @Flag(help: "Shows what it would do, and does nothing.") var plan = false
    @Flag(help: "Keeps what there is after a failure, for a look and another try, instead of going back.")
    var keep = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      if plan {
        return try await Program(cloud, output).withEngine { engine in
          let plan = try await engine.planRestore(name, to: snapshot)
          let lines = output.output == .json ? [plan.value.jsonText()] : plan.lines
          for line in lines { Output.standard.line(line) }
        }
      }
      try await operate(cloud, output) { [name, snapshot, keep] engine in
        let options = OperationOptions(onFailure: keep ? .keep : .rollback)
        return [try await engine.restore(name, to: snapshot, options: options)]
      }
    }
  }
}

extension SnapshotRecord {
  fileprivate var row: OrderedDictionary<String, Value> {
    [
      "name": .string(name), "status": .string(status.rawValue), "created": .string(created.description),
      "reason": .string(reason),
    ]
  }
}
