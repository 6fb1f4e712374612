import ArgumentParser
import Document
import OrderedCollections
import Shell
import StackEngine
import Templates

extension StacksCommand {
  struct Accept: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Makes a stack's template say what the cloud has where it has drifted, and prints it.",
      discussion: """
        Nothing in the cloud is changed. A property that is nothing but a parameter of its own stays so: the stack's \
        value of the parameter changes. For example: kiln stacks accept web > web.yaml
        """)
    @Argument(help: "The stack's name.") var name: String
    @Argument(
      help: ArgumentHelp(
        "The logical IDs of what is accepted; everything if not given.", valueName: "resource"))
    var resources: [String] = []
    @Flag(help: "Shows the template as it would be, and does nothing.") var plan = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      let program = try Program(cloud, output)
      try await program.withEngine { engine in
        try await finishLeft(engine, program.progress)
        let acceptance = try await engine.planAcceptance(of: name, resources: resources)
        if !plan, !acceptance.isEmpty {
          _ = try await engine.run(acceptance.plan, options: OperationOptions(onFailure: .keep)).result()
        }
        show(acceptance)
      }
    }

    private func show(_ acceptance: Acceptance) {
      let text = acceptance.template.source.text
      if output.output == .json {
        let value: Value = [
          "template": .string(text), "parameters": .list(acceptance.parameters.map { .string($0) }),
          "accepted": .list(acceptance.drift.map { .map($0.row) }),
        ]
        return Output.standard.line(value.jsonText())
      }
      if acceptance.isEmpty { Output.errors.line("Nothing has drifted.") }
      for line in acceptance.lines { Output.errors.line(line) }
      Output.standard.write(text.hasSuffix("\n") ? text : text + "\n")
    }
  }
}

extension Acceptance {
  /// What is accepted, and where it goes, for people.
  fileprivate var lines: [String] {
    drift.flatMap { ["\($0.logicalID):"] + $0.changes.flatMap(\.lines) }
      + parameters.map { "The parameter \($0) has a new value." }
  }
}
