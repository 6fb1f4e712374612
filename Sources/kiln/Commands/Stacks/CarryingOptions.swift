import ArgumentParser
import Document
import Glibc
import OrderedCollections
import Shell
import StackEngine

/// How a plan that is shown is carried out.
struct CarryingOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Carries the plan out without asking.")
  var yes = false

  @Flag(help: "Keeps what there is after a failure, for a look and another try, instead of going back.")
  var keep = false

  var options: OperationOptions { OperationOptions(onFailure: keep ? .keep : .rollback) }
}

extension StacksCommand {
  /// Shows a plan, asks whether to carry it out, does so and shows that until it has ended; throws its failure.
  static func carryOut(
    _ cloud: CloudOptions, _ output: OutputOptions, _ carrying: CarryingOptions,
    plan: @escaping @Sendable (Engine) async throws -> Plan
  ) async throws {
    let program = try Program(cloud, output)
    try await program.withEngine { engine in
      try await finish(try await engine.recover(), program.progress)
      let plan = try await plan(engine)
      try await tell(plan, engine, output)
      if plan.isEmpty, plan.observed.isEmpty { return }
      try confirm(program, isYes: carrying.yes)
      let operation = try await engine.run(plan, options: carrying.options)
      try await finish([operation], program.progress)
    }
  }

  /// Shows a plan with how long it will take.
  static func tell(_ plan: Plan, _ engine: Engine, _ output: OutputOptions) async throws {
    for warning in plan.warnings { Complaint.show([warning]) }
    let forecast = try await engine.forecast(plan)
    if output.output == .json {
      var value = plan.value.map ?? [:]
      value["forecast"] = forecast.value
      return Output.standard.line(Value.map(value).jsonText())
    }
    for line in plan.lines(forecast) { Output.standard.line(line) }
  }

  static func confirm(_ program: Program, isYes: Bool) throws {
    if isYes { return }
    guard isatty(STDIN_FILENO) == 1 else {
      throw Diagnostic(
        "unconfirmed", "nobody is there to say whether this is to be done", hint: "add --yes to do it")
    }
    let answer = program.ask("Do this? [y/N] ")
    guard ["y", "yes"].contains(answer.lowercased()) else {
      throw Diagnostic("unconfirmed", "nothing was done")
    }
  }
}
