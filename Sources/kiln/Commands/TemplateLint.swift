import ArgumentParser
import Document
import Linting
import ResourceFacts

/// `kiln template lint`: all that is wrong or doubtful in templates.
struct TemplateLint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint", abstract: "Holds templates to every rule.",
    discussion: "The exit code adds up 2 for errors, 4 for warnings and 8 for notes, as cfn-lint's does.")

  @OptionGroup var files: TemplateFiles
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let schemas = try? ResourceSchemas()
    let linter = Linter(schemas: { schemas?[$0] })
    var code: Int32 = 0
    try await files.found().each { file in
      do throws(Diagnostics) {
        return linter.lint(try file.source())
      } catch {
        return error.items
      }
    } show: { file, diagnostics in
      for diagnostic in diagnostics { code |= diagnostic.severity.exitCode }
      TemplateReport.show(diagnostics, of: file, as: output.output)
    }
    if code != 0 { throw ExitCode(code) }
  }
}

extension Diagnostic.Severity {
  /// What it adds to the exit code of `kiln template lint`.
  fileprivate var exitCode: Int32 {
    switch self {
    case .error: 2
    case .warning: 4
    case .note: 8
    }
  }
}
