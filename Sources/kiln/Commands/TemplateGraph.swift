import ArgumentParser
import Document
import Shell
import Templates

/// `kiln template graph`: which resources need which others.
struct TemplateGraph: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument {
    case text, dot, svg
  }

  static let configuration = CommandConfiguration(
    commandName: "graph", abstract: "Draws which resources need which others.",
    discussion: "For example: kiln template graph web.yaml -o svg > web.svg")

  @OptionGroup var files: TemplateFiles
  @OptionGroup var surroundings: SurroundingsOptions

  @Option(name: .shortAndLong, help: "The form of the graph: text (a tree), dot (for Graphviz) or svg.")
  var output: Format = .text

  func run() async throws {
    let library = try await surroundings.library(nil)
    for file in try files.found() {
      let template = try await library.template(file)
      switch output {
      case .text: Output.standard.line(template.drawing.treeText)
      case .dot: Output.standard.write(template.drawing.dotText)
      case .svg: Output.standard.write(template.drawing.svgText)
      }
    }
  }
}
