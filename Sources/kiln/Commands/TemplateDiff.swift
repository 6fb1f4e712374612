import ArgumentParser
import Document
import ResourceFacts
import Shell
import Templates

/// `kiln template diff`: what lies between two templates.
struct TemplateDiff: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what differs between two templates, and what that does to resources.",
    discussion:
      "By property: what changes in place, what replaces its resource, and why. Ends with 1 when they differ."
  )

  @Argument(help: "The template before; - is standard input.")
  var before: String

  @Argument(help: "The template after; - is standard input.")
  var after: String

  @OptionGroup var surroundings: SurroundingsOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if before == "-" && after == "-" { throw ValidationError("only one of the two can be standard input") }
  }

  func run() async throws {
    let schemas = try? ResourceSchemas()
    let library = try await surroundings.library(schemas)
    let old = try await library.template(TemplateFile(path: before))
    let new = try await library.template(TemplateFile(path: after))
    let difference = old.difference(to: new, schemas: schemas)
    switch output.output {
    case .json: Output.standard.line(difference.value.jsonText())
    case .text where difference.isEmpty: Output.standard.line("no difference")
    case .text: Output.standard.line(difference.lines.joined(separator: "\n"))
    }
    if !difference.isEmpty { throw ExitCode(1) }
  }
}
