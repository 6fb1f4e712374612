import ArgumentParser
import Document
import Glibc
import Shell
import StackEngine

extension StacksCommand {
  /// `kiln stacks group`: several stacks with one plan.
  struct GroupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "group", abstract: "Plans, makes, changes and deletes several stacks together.",
      discussion: """
        The file says which, in YAML or JSON: stacks: {network: {template: network.yaml}, app: {template: app.yaml, \
        parameters: {Subnet: !GetStackOutput {StackName: network, OutputName: SubnetId}}, depends_on: [other]}}. What \
        they ask each other for orders them.
        """,
      subcommands: [PlanGroup.self, UpGroup.self, DeleteGroup.self])
  }

  struct PlanGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan", abstract: "Shows what bringing the stacks up would do, and does nothing.")
    @Argument(help: "The file that names the stacks.") var file: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let group = try await GroupFile(file, cloud: cloud.cloud).group()
      try await Program(cloud, output).withEngine { tell(try await $0.plan(group), output) }
    }
  }

  struct UpGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "up", abstract: "Makes the stacks what their templates say, after showing the plan.",
      discussion: "Each begins when those that it needs are done; what needs one that failed isn't begun.")
    @Argument(help: "The file that names the stacks.") var file: String
    @OptionGroup var carrying: CarryingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let group = try await GroupFile(file, cloud: cloud.cloud).group()
      try await carryOut(cloud, output, isYes: carrying.yes, carrying.options) {
        try await $0.plan(group)
      }
    }
  }

  struct DeleteGroup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "delete", abstract: "Deletes the stacks, each before those that it needs.")
    @Argument(help: "The file that names the stacks.") var file: String
    @Flag(name: .shortAndLong, help: "Carries the plan out without asking.") var yes = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let group = try await GroupFile(file, cloud: cloud.cloud).group()
      try await carryOut(cloud, output, isYes: yes, OperationOptions()) {
        try await $0.planDeletion(of: group)
      }
    }
  }

  private static func tell(_ plan: GroupPlan, _ output: OutputOptions) {
    for diagnostic in plan.parts.flatMap(\.plan.warnings) { Complaint.show([diagnostic]) }
    let lines = output.output == .json ? [plan.value.jsonText()] : plan.lines
    for line in lines { Output.standard.line(line) }
  }

  private static func carryOut(
    _ cloud: CloudOptions, _ output: OutputOptions, isYes: Bool, _ options: OperationOptions,
    plan: @escaping @Sendable (Engine) async throws -> GroupPlan
  ) async throws {
    let program = try Program(cloud, output)
    try await program.withEngine { engine in
      try await finishLeft(engine, program.progress)
      let plan = try await plan(engine)
      tell(plan, output)
      if plan.isEmpty { return }
      try confirm(program, isYes: isYes)
      let progress = program.progress
      let outcome = await engine.run(plan, options: options, began: { progress.follow($0) })
      await progress.settle()
      let lines = output.output == .json ? [outcome.value.jsonText()] : outcome.lines
      for line in lines { Output.standard.line(line) }
      try outcome.check()
    }
  }
}
