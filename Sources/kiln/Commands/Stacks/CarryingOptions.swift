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

  @OptionGroup var pausing: PausingOptions

  var options: OperationOptions {
    get throws {
      var options = try pausing.options
      options.onFailure = keep ? .keep : .rollback
      return options
    }
  }
}

/// Where an operation stops and waits.
struct PausingOptions: ParsableArguments {
  @Option(
    name: .customLong("break"),
    help: ArgumentHelp(
      "Stops there until `stacks clear`, such as pre-create:Web or 'post-*:Farm/Web*'; may be repeated.",
      valueName: "hook:resource"))
  var breakpoints: [String] = []

  @Flag(help: "Stops at a step that has failed, until `stacks clear` says what becomes of it.")
  var pause = false

  func validate() throws { _ = try options }

  var options: OperationOptions {
    get throws {
      var options = OperationOptions()
      options.pausesAtFailure = pause
      options.breakpoints = try breakpoints.map { text in
        do throws(EngineError) { return try Breakpoint(text) } catch {
          throw ValidationError("\(error.message); \(error.hint ?? "")")
        }
      }
      return options
    }
  }
}

extension StacksCommand {
  /// Shows a plan, asks whether to carry it out, does so and shows that until it has ended; throws its failure.
  ///
  /// What is in progress on the stack that is `superseding` is taken over from before the plan is made.
  static func carryOut(
    _ cloud: CloudOptions, _ output: OutputOptions, _ carrying: CarryingOptions,
    superseding name: String? = nil, plan: @escaping @Sendable (Engine) async throws -> Plan
  ) async throws {
    let program = try Program(cloud, output)
    try await program.withEngine { engine in
      if let name {
        // What is wrong with the template stops nothing that goes on.
        _ = try await plan(engine)
        try await takeOver(name, engine, program, isYes: carrying.yes)
      }
      try await finishLeft(engine, program.progress)
      let plan = try await plan(engine)
      try await tell(plan, engine, output)
      if plan.isEmpty, plan.observed.isEmpty { return }
      try confirm(program, isYes: carrying.yes)
      let operation = try await engine.run(plan, options: try carrying.options)
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

  /// Takes over from the operation in progress on a stack, if there is one.
  private static func takeOver(
    _ name: String, _ engine: Engine, _ program: Program, isYes: Bool
  ) async throws {
    guard let operation = try await engine.operationInProgress(on: name) else { return }
    Output.errors.line("the \(operation.kind.rawValue) of \(name) is in progress and would end where it is")
    try confirm(program, isYes: isYes)
    try await engine.takeOver(name)
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
