import ArgumentParser
import Document
import ResourceFacts
import Shell
import Templates

/// `kiln template convert`: the same template in another language.
struct TemplateConvert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes templates in another language.",
    discussion: "Order is kept; so are comments where the language has them.")

  @OptionGroup var files: TemplateFiles

  enum Language: String, ExpressibleByArgument {
    case json, yaml, lua
  }

  @Option(help: "The language to write: json, yaml, or lua, a program that composes the template.")
  var to: Language

  @OptionGroup var functions: FunctionOptions

  func run() throws {
    for file in try files.found() {
      let source = try file.source()
      switch to {
      case .json: try write(source, .json)
      case .yaml: try write(source, .yaml)
      case .lua: try writeProgram(source)
      }
    }
  }

  private func write(_ source: Source, _ language: TemplateFormatter.Language) throws {
    let result = try TemplateFormatter.convert(source, to: language, functions: functions.functions ?? .short)
    Complaint.show(result.notes)
    Output.standard.write(result.text)
  }

  private func writeProgram(_ source: Source) throws {
    let schemas = try? ResourceSchemas()
    let reading = TemplateReader.read(source, schemas: schemas)
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    Output.standard.write(template.luaText { schemas?[$0] != nil })
  }
}

/// How functions are written in YAML.
struct FunctionOptions: ParsableArguments {
  @Option(help: "How YAML writes functions: keep, short (!Ref x) or long (Ref: x).")
  var functions: TemplateFormatter.Functions?
}

extension TemplateFormatter.Functions: ExpressibleByArgument {}
