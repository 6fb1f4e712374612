import ArgumentParser
import Document
import Shell
import Templates

/// `kiln template convert`: the same template in another language.
struct TemplateConvert: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Writes templates in another language.",
    discussion: "Order is kept; so are comments where the language has them.")

  @OptionGroup var files: TemplateFiles

  @Option(help: "The language to write: json or yaml.")
  var to: TemplateFormatter.Language

  @OptionGroup var functions: FunctionOptions

  func run() throws {
    for file in try files.found() {
      let source = try file.source()
      let result = try TemplateFormatter.convert(source, to: to, functions: functions.functions ?? .short)
      Complaint.show(result.notes)
      Output.standard.write(result.text)
    }
  }
}

/// How functions are written in YAML.
struct FunctionOptions: ParsableArguments {
  @Option(help: "How YAML writes functions: keep, short (!Ref x) or long (Ref: x).")
  var functions: TemplateFormatter.Functions?
}

extension TemplateFormatter.Language: ExpressibleByArgument {}
extension TemplateFormatter.Functions: ExpressibleByArgument {}
