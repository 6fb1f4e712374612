import ArgumentParser
import Document
import Shell
import Templates

/// `kiln template graph`: which resources need which others.
struct TemplateGraph: ParsableCommand {
  enum Format: String, ExpressibleByArgument {
    case text, dot, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draws which resources need which others.",
    discussion: "For example: kiln template graph web.yaml -o svg > web.svg")

  @OptionGroup var files: TemplateFiles

  @Option(name: .shortAndLong, help: "The form of the graph: text (a tree), dot (for Graphviz) or svg.")
  var output: Format = .text

  func run() throws {
    for file in try files.found() {
      let template = try file.template(nil)
      switch output {
      case .text: Output.standard.line(template.treeText)
      case .dot: Output.standard.write(template.dotText)
      case .svg: Output.standard.write(template.svgText)
      }
    }
  }
}
