import ArgumentParser
import Document
import Shell
import StackEngine
import Templates

extension StacksCommand {
  struct TimelineOf: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument { case text, svg, json }

    static let configuration = CommandConfiguration(
      commandName: "timeline",
      abstract: "Shows when an operation worked on which resource, and what decided how long it took.",
      discussion: "For example: kiln stacks timeline web -o svg > web.svg")
    @Argument(help: "The stack's name.") var name: String
    @Option(help: "The operation, by its number in the history or its id; the last if not given.")
    var operation: String?
    @Option(name: .shortAndLong, help: "The form of the timeline: text, svg or json.")
    var output: Format = .text
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let timeline = try await engine(cloud).timeline(of: name, operation: operation)
      switch output {
      case .text:
        for line in timeline.lines(width: Output.standard.width ?? 100) { Output.standard.line(line) }
      case .svg: Output.standard.write(timeline.svgText)
      case .json: Output.standard.line(timeline.value.jsonText())
      }
    }
  }

  struct GraphOf: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument {
      case text, dot, svg
      /// Another word for text.
      case tree
    }

    static let configuration = CommandConfiguration(
      commandName: "graph", abstract: "Draws which resources of a stack need which others, and how each is.",
      discussion: "For example: kiln stacks graph web -o svg > web.svg")
    @Argument(help: "The stack's name.") var name: String
    @Option(name: .shortAndLong, help: "The form of the graph: tree (or text), dot (for Graphviz) or svg.")
    var output: Format = .tree
    @OptionGroup var cloud: CloudOptions

    func run() async throws {
      let drawing = try await engine(cloud).drawing(of: name)
      switch output {
      case .text, .tree: for line in drawing.treeLines { Output.standard.line(line) }
      case .dot: Output.standard.write(drawing.dotText)
      case .svg: Output.standard.write(drawing.svgText)
      }
    }
  }
}
