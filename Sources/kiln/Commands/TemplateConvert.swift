import ArgumentParser
import Document
import ResourceFacts
import Shell
import Templates

/// `kiln template convert`: the same template in another language.
struct TemplateConvert: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes templates in another language.",
    discussion: "Order is kept; so are comments where the language has them.")

  @OptionGroup var files: TemplateFiles

  enum Language: String, ExpressibleByArgument {
    case json, yaml, hot, lua
  }

  @Option(
    help: "The language to write: json, yaml, hot (Heat's own), or lua, a program that composes the template."
  )
  var to: Language

  @OptionGroup var functions: FunctionOptions

  @OptionGroup var surroundings: SurroundingsOptions

  func run() async throws {
    let schemas = try? ResourceSchemas()
    let library = try await surroundings.library(schemas)
    for file in try files.found() {
      switch to {
      case .json: try write(file.source(), .json)
      case .yaml: try write(file.source(), .yaml)
      case .hot:
        let result = try await library.template(file).hotText()
        Complaint.show(result.diagnostics)
        Output.standard.write(result.text)
        if result.diagnostics.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
      case .lua:
        Output.standard.write(try await library.template(file).luaText { schemas?[$0] != nil })
      }
    }
  }

  private func write(_ source: Source, _ language: TemplateFormatter.Language) throws {
    let result = try TemplateFormatter.convert(source, to: language, functions: functions.functions ?? .short)
    Complaint.show(result.notes)
    Output.standard.write(result.text)
  }
}

/// How functions are written in YAML.
struct FunctionOptions: ParsableArguments {
  @Option(help: "How YAML writes functions: keep, short (!Ref x) or long (Ref: x).")
  var functions: TemplateFormatter.Functions?
}

extension TemplateFormatter.Functions: ExpressibleByArgument {}
