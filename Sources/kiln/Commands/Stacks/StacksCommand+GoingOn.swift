import ArgumentParser
import Document
import Shell
import StackEngine

// Going on from a failed operation, and ending one in progress.

extension StacksCommand {
  struct Continue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Goes on with what a stack's failed operation was for.",
      discussion: """
        From CREATE_FAILED and UPDATE_FAILED it goes forward, from ROLLBACK_FAILED and UPDATE_ROLLBACK_FAILED back;
        a failed deletion, check, suspension or resumption is taken up again.
        """)
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "Leaves a resource as it is, by its logical ID; may be repeated.") var skip: [String] = []
    @Option(help: "What becomes of the stack if it fails again: rollback or keep.") var onFailure:
      OperationOptions.FailurePolicy?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name, skip, onFailure] engine in
        [try await engine.retry(name, skipping: Set(skip), onFailure: onFailure)]
      }
    }
  }

  struct Rollback: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Goes back from a failed operation to what a stack was before.")
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "Leaves a resource as it is, by its logical ID; may be repeated.") var skip: [String] = []
    @Flag(help: "Shows what it would do, and does nothing.") var plan = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      if plan {
        return try await Program(cloud, output).withEngine { engine in
          let plan = try await engine.planRollback(name, skipping: Set(skip))
          let lines = output.output == .json ? [plan.value.jsonText()] : plan.lines
          for line in lines { Output.standard.line(line) }
        }
      }
      try await operate(cloud, output) { [name, skip] engine in
        [try await engine.run(try await engine.planRollback(name, skipping: Set(skip)))]
      }
    }
  }

  struct Cancel: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Stops the operation in progress on a stack, whichever process runs it.",
      discussion: "It returns when the operation has been asked to stop; `events --follow` shows how it does."
    )
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "What becomes of the stack: rollback or keep; if not given, as the operation has it.")
    var onFailure: OperationOptions.FailurePolicy?
    @OptionGroup var cloud: CloudOptions

    func run() async throws { try await engine(cloud).cancel(name, onFailure) }
  }
}

extension OperationOptions.FailurePolicy: ExpressibleByArgument {}
