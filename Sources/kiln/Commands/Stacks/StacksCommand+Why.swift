import ArgumentParser
import Document
import Shell
import StackEngine

extension StacksCommand {
  struct Why: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Says why a resource is as it is, down to the request that failed and the cloud's answer.")
    @Argument(help: "The stack's name; also one that is deleted.") var name: String
    @Argument(help: "The resource's logical ID.") var logicalID: String
    @Option(
      help: "The operation, by its number in the history or its id; the last on the resource if not given.")
    var operation: String?
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
      tell(try await engine(cloud).why(logicalID, of: name, operation: operation), output)
    }
  }

  static func tell(_ explanation: Explanation, _ output: OutputOptions) {
    switch output.output {
    case .json: Output.standard.line(explanation.value.jsonText())
    case .text: for line in explanation.lines { Output.standard.line(line) }
    }
  }
}
