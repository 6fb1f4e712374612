import ArgumentParser
import Document
import Linting
import Loading
import ResourceFacts
import Shell

/// `kiln template lint`: all that is wrong or doubtful in templates.
struct TemplateLint: AsyncParsableCommand {
  enum Format: String, ExpressibleByArgument {
    case text, json, sarif, github
  }

  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Holds templates to every rule.",
    discussion: "The exit code adds up 2 for errors, 4 for warnings and 8 for notes, as cfn-lint's does.")

  @Argument(
    help: ArgumentHelp(
      "Templates, folders to search for templates, patterns such as 'stacks/*.yaml', or - for standard input.",
      valueName: "file"))
  var files: [String] = []

  @Flag(help: "Lists all rules with their severity and what they look for; -o json for programs.")
  var listRules = false

  @OptionGroup var surroundings: SurroundingsOptions

  @Option(name: .shortAndLong, help: "The form of what is printed: text, json, sarif or github.")
  var output: Format = .text

  @Option(
    help: ArgumentHelp(
      "Rules to add, by id or its beginning: I shows what is informational.", valueName: "id"))
  var include: [String] = []

  @Option(help: ArgumentHelp("Rules to leave out, by id or its beginning.", valueName: "id"))
  var ignore: [String] = []

  func validate() throws {
    if files.isEmpty && !listRules { throw ValidationError("name a template, or use --list-rules") }
  }

  func run() async throws {
    let schemas = try? ResourceSchemas()
    let linter = Linter(schemas: schemas, files: { try? LocalFile.source($0) })
    if listRules {
      Output.standard.line(
        output == .json ? RuleTable.json(linter.summaries) : RuleTable.text(linter.summaries))
      return
    }
    let library = try await surroundings.library(schemas)
    let options = LintOptions(include: include, ignore: ignore)
    var paths = TemplateFiles()
    paths.files = files
    var found: [Diagnostic] = []
    try await paths.found().each { file in
      do throws(Diagnostics) {
        let source = try file.source()
        let (around, reading) = await library.loader.surroundings(of: source, in: library.environment)
        return linter.lint(source, in: around, reading: reading, options: options).diagnostics
      } catch {
        return error.items
      }
    } show: { file, diagnostics in
      found += diagnostics
      if output == .text { TemplateReport.show(diagnostics, of: file, as: .text) }
    }
    switch output {
    case .text: break
    case .json: Output.standard.line(LintFormat.json.text(of: found))
    case .sarif: Output.standard.line(LintFormat.sarif.text(of: found, version: Kiln.version))
    case .github: if !found.isEmpty { Output.standard.line(LintFormat.github.text(of: found)) }
    }
    let code = LintReport.exitCode(of: found)
    if code != 0 { throw ExitCode(code) }
  }
}
