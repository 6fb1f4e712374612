import ArgumentParser
import Document
import OrderedCollections
import ResourceFacts
import Shell
import StackEngine

extension StacksCommand {
  struct Move: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Moves resources from one stack to another as they are, after showing the plan.",
      discussion: """
        Nothing changes in the cloud, and both stacks have changed or neither. The templates say what the stacks are \
        to be: the one without the resources, the other with them. What the two ask each other for has to become \
        outputs and what asks for those.
        """)
    @Argument(help: "The stack that has the resources.") var source: String
    @Argument(help: "The stack that gets them.") var target: String
    @Argument(
      help: ArgumentHelp(
        "A resource's logical ID, and after '=' the one that it is to have there, if that is another.",
        valueName: "resource[=new-id]"))
    var resources: [String]
    @Option(
      help: ArgumentHelp("The first stack's template without the resources.", valueName: "template"))
    var sourceTemplate: String
    @Option(help: ArgumentHelp("The other's template with them.", valueName: "template"))
    var targetTemplate: String
    @Flag(name: .shortAndLong, help: "Carries the plan out without asking.") var yes = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      _ = try moved
      if sourceTemplate == "-", targetTemplate == "-" {
        throw ValidationError("standard input can't be both templates")
      }
    }

    func run() async throws {
      let library = try await TemplateLibrary(
        environment: [], cloud: cloud.cloud, schemas: try? ResourceSchemas())
      let templates = (
        source: try await library.template(TemplateFile(path: sourceTemplate)),
        target: try await library.template(TemplateFile(path: targetTemplate))
      )
      let program = try Program(cloud, output)
      try await program.withEngine { engine in
        try await finishLeft(engine, program.progress)
        let plan = try await engine.planMove(try moved, from: source, to: target, templates: templates)
        let lines = output.output == .json ? [plan.value.jsonText()] : plan.lines
        for line in lines { Output.standard.line(line) }
        try confirm(program, isYes: yes)
        try await engine.run(plan)
      }
    }

    /// The new logical IDs by those that the resources have.
    private var moved: OrderedDictionary<String, String> {
      get throws {
        var moved: OrderedDictionary<String, String> = [:]
        for text in resources {
          let parts = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
          guard (1...2).contains(parts.count), !parts.contains("") else {
            throw ValidationError("'\(text)' isn't of the form RESOURCE or RESOURCE=NEW-ID")
          }
          if moved.updateValue(parts[parts.count - 1], forKey: parts[0]) != nil {
            throw ValidationError("\(parts[0]) is named twice")
          }
        }
        if let twice = Dictionary(grouping: moved.values, by: \.self).first(where: { $1.count > 1 })?.key {
          throw ValidationError("two resources can't both become \(twice)")
        }
        return moved
      }
    }
  }
}

extension MovePlan {
  fileprivate var value: Value {
    [
      "from": .string(source.plan.stack.name), "to": .string(target.plan.stack.name),
      "resources": .map(resources.mapValues { .string($0) }),
    ]
  }
}
