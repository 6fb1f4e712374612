import ArgumentParser
import StackEngine

// What changes a stack, or its resources as they are.

extension StacksCommand {
  struct Delete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Deletes a stack and waits until it is gone.")
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "Leaves a resource in the cloud, by its logical ID; may be repeated.") var retain:
      [String] = []
    @OptionGroup var pausing: PausingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let options = try pausing.options
      try await operate(cloud, output) { [name, retain] engine in
        [try await engine.run(engine.planDelete(name, retaining: Set(retain)), options: options)]
      }
    }
  }

  struct Abandon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Forgets a stack and leaves all that it has in the cloud.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name] engine in
        [try await engine.run(try await engine.planAbandon(name))]
      }
    }
  }

  struct Recover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Finishes the operations that a dead process has left unfinished.",
      discussion: "What waits at a breakpoint waits on, until `clear`.")
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output, recovers: false) { try await $0.recover() }
    }
  }

  struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Asks the cloud whether all that a stack has is there and works.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name] in [try await $0.start(.check, on: name)] }
    }
  }

  struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Suspends a stack's servers; nothing that they hold is lost.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name] in [try await $0.start(.suspend, on: name)] }
    }
  }

  struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Resumes a suspended stack.")
    @Argument(help: "The stack's name.") var name: String
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      try await operate(cloud, output) { [name] in [try await $0.start(.resume, on: name)] }
    }
  }

  struct Mark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Marks a resource as unhealthy, so that the next update replaces it.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "The resource's logical ID.") var logicalID: String
    @Option(help: "What is wrong with it.") var reason = "marked as unhealthy"
    @Flag(help: "Takes the mark away.") var healthy = false
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      try await engine(cloud).mark(logicalID, of: name, unhealthy: healthy ? nil : reason)
    }
  }

  struct Rename: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Gives a stack another name; what its resources are called in the cloud stays.")
    @Argument(help: "The stack's name.") var name: String
    @Argument(help: "Its new name.") var newName: String
    @OptionGroup var cloud: CloudOptions

    func run() async throws { try await engine(cloud).rename(name, to: newName) }
  }

  struct Protect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forbids a stack's deletion.")
    @Argument(help: "The stack's name.") var name: String
    @Flag(help: "Allows it again.") var off = false
    @OptionGroup var cloud: CloudOptions

    func run() async throws { try await engine(cloud).protect(name, !off) }
  }
}
