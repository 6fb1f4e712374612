import ArgumentParser
import Document
import OrderedCollections
import ResourceFacts
import Scripting
import Shell
import StackEngine
import Templates

// Stacks from template files: planned, created, updated.

/// A template's file, and what it is launched with.
struct LaunchOptions: ParsableArguments {
  @Argument(help: "The stack's name.") var name: String

  @Argument(help: ArgumentHelp("The template; - is standard input.", valueName: "template"))
  var file: String

  @Option(
    name: .shortAndLong, help: ArgumentHelp("A parameter's value; may be repeated.", valueName: "name=value"))
  var parameter: [String] = []

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "An environment: parameters and what resource types mean. Of several the later win.", valueName: "file")
  )
  var environment: [String] = []

  func validate() throws { _ = try parameters }

  /// The parameters that are given.
  var parameters: OrderedDictionary<String, Value> {
    get throws {
      var result: OrderedDictionary<String, Value> = [:]
      for text in parameter {
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
          throw ValidationError("'\(text)' isn't of the form name=value")
        }
        result[String(text[..<equals])] = .string(String(text[text.index(after: equals)...]))
      }
      return result
    }
  }

  /// Reads the template with all that it names.
  func launch(_ cloud: CloudOptions) async throws -> Launch {
    let library = try await TemplateLibrary(
      environment: environment, cloud: cloud.cloud, schemas: try? ResourceSchemas())
    return Launch(
      name: name, template: try await library.template(TemplateFile(path: file)), parameters: try parameters)
  }
}

/// What a stack is to be launched from, or changed to.
struct Launch: Sendable {
  let name: String
  let template: Template
  /// Those that were given.
  let parameters: OrderedDictionary<String, Value>
}

extension Engine {
  /// Plans to create the stack, or to update the one that there is.
  fileprivate func plan(_ launch: Launch) async throws -> Plan {
    let exists = try await list().contains {
      $0.identity.name == launch.name && $0.status != .rollbackComplete
    }
    return exists ? try await planUpdate(launch) : try await planCreate(launch)
  }

  fileprivate func planCreate(_ launch: Launch) async throws -> Plan {
    try await planCreate(launch.name, launch.template, parameters: launch.parameters)
  }

  /// Plans an update in which the parameters that aren't given keep their values.
  fileprivate func planUpdate(_ launch: Launch) async throws -> Plan {
    try await planUpdate(
      launch.name, launch.template,
      parameters: parameters(of: launch.name, for: launch.template, given: launch.parameters))
  }
}

extension StacksCommand {
  struct PlanStack: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "plan",
      abstract: "Shows what creating or updating a stack from a template would do, and does nothing.")
    @OptionGroup var options: LaunchOptions
    @Option(
      help: ArgumentHelp(
        "Says why the plan does to a resource what it does; may be repeated.", valueName: "logical-id"))
    var explain: [String] = []
    @Flag(
      help:
        "Runs the plan on an embedded cloud that has what the real one has, in no time, and tells how it went."
    )
    var dryRun = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let launch = try await options.launch(cloud)
      try await Program(cloud, output).withSession { session in
        let engine = session.engine
        let plan = try await engine.plan(launch)
        if explain.isEmpty { try await tell(plan, engine, output) }
        for logicalID in explain { tell(try await engine.explain(logicalID, in: plan), output) }
        if dryRun { try report(try await session.rehearse(plan)) }
      }
    }

    private func report(_ rehearsal: Rehearsal) throws {
      switch output.output {
      case .json: Output.standard.line(rehearsal.value.jsonText())
      case .text:
        for line in rehearsal.lines(width: Output.standard.width ?? 100) { Output.standard.line(line) }
      }
      if !rehearsal.problems.isEmpty { throw ExitCode(1) }
    }
  }

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Creates a stack from a template, after showing the plan.")
    @OptionGroup var options: LaunchOptions
    @OptionGroup var carrying: CarryingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let launch = try await options.launch(cloud)
      try await carryOut(cloud, output, carrying) { try await $0.planCreate(launch) }
    }
  }

  struct Update: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a stack what a template says, after showing the plan.",
      discussion: "Parameters that aren't given keep their values.")
    @OptionGroup var options: LaunchOptions
    @Flag(
      help:
        "Takes over from an operation in progress first, whichever process runs it: its running steps end, no other is begun."
    )
    var supersede = false
    @OptionGroup var carrying: CarryingOptions
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let launch = try await options.launch(cloud)
      try await carryOut(cloud, output, carrying, superseding: supersede ? launch.name : nil) {
        try await $0.planUpdate(launch)
      }
    }
  }
}
