import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine

extension StacksCommand {
  struct Drift: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Shows how the cloud differs from what a stack last made; exits with 1 when it does.")
    @Argument(help: "The stack's name.") var name: String
    @Flag(help: "Makes it again what the stack last made.") var revert = false
    @Flag(help: "Shows what reverting would do, and does nothing.") var plan = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      if plan { return try await showPlan() }
      if revert {
        return try await operate(cloud, output) { [name] engine in
          let plan = try await engine.planRevert(name)
          if plan.isEmpty, plan.observed.isEmpty { return [] }
          return [try await engine.run(plan, options: OperationOptions(onFailure: .keep))]
        }
      }
      let program = try Program(cloud, output)
      try await program.withEngine { engine in
        let drift = try await engine.drift(of: name)
        show(drift)
        if drift.contains(where: { [.modified, .deleted].contains($0.state) }) { throw ExitCode(1) }
      }
    }

    private func showPlan() async throws {
      try await Program(cloud, output).withEngine { engine in
        let plan = try await engine.planRevert(name)
        let lines = output.output == .json ? [plan.value.jsonText()] : plan.lines
        for line in lines { Output.standard.line(line) }
      }
    }

    private func show(_ drift: [ResourceDrift]) {
      kiln.show(drift.map(\.row), output) { _ in
        Table(["logical_id", "type", "state", "physical_id", "reason"], drift.map(\.row)).lines
          + drift.flatMap(\.lines)
      }
    }
  }
}

extension ResourceDrift {
  var row: OrderedDictionary<String, Value> {
    [
      "logical_id": .string(logicalID), "type": .string(type), "state": .string(state.rawValue),
      "physical_id": physicalID.map { .string($0) } ?? .null, "reason": .string(reason),
      "changes": .list(changes.map(\.value)),
    ]
  }

  /// The properties that differ: as the stack made them, and as they are.
  fileprivate var lines: [String] {
    changes.isEmpty ? [] : ["", "\(logicalID):"] + changes.flatMap(\.lines)
  }
}
