import ArgumentParser
import Document
import OrderedCollections
import ResourceFacts
import Shell
import Templates

/// `kiln template validate`: whether templates can be launched.
struct TemplateValidate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Reports every mistake in templates, with its place.",
    discussion: "Ends with 1 when a template has an error.")

  @OptionGroup var files: TemplateFiles
  @OptionGroup var surroundings: SurroundingsOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let library = try await surroundings.library(try? ResourceSchemas())
    var hasErrors = false
    try await files.found().each { file in
      let reading = await library.reading(file)
      return reading.diagnostics + (reading.template?.environmentProblems ?? [])
    } show: { file, diagnostics in
      hasErrors = hasErrors || diagnostics.contains { $0.severity == .error }
      TemplateReport.show(diagnostics, of: file, as: output.output)
    }
    if hasErrors { throw ExitCode(1) }
  }
}

extension Template {
  /// What is wrong with the values that its environment gives to parameters; others may still be given.
  fileprivate var environmentProblems: [Diagnostic] {
    guard surroundings.environment != nil else { return [] }
    do throws(Diagnostics) {
      _ = try parameterValues(given: [:])
      return []
    } catch {
      return error.items.filter { $0.code != "missing_parameter" }
    }
  }
}

/// What was found in one file, for people or for programs.
enum TemplateReport {
  static func show(_ diagnostics: [Diagnostic], of file: TemplateFile, as format: OutputOptions.Format) {
    switch format {
    case .json:
      let found = Value.list(diagnostics.map(\.value))
      Output.standard.line((["file": .string(file.path), "diagnostics": found] as Value).jsonText())
    case .text:
      Complaint.show(diagnostics)
      Output.standard.line("\(file.path): \(summary(diagnostics))")
    }
  }

  private static func summary(_ diagnostics: [Diagnostic]) -> String {
    let words: [(Diagnostic.Severity, String)] = [(.error, "error"), (.warning, "warning"), (.note, "note")]
    let parts = words.compactMap { severity, word -> String? in
      let count = diagnostics.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    let isFine = !diagnostics.contains { $0.severity == .error }
    return ((isFine ? ["ok"] : []) + parts).joined(separator: ", ")
  }
}

extension Diagnostic {
  /// The diagnostic for programs.
  var value: Value {
    var members: OrderedDictionary<String, Value> = [
      "severity": .string(severity.rawValue), "code": .string(code), "message": .string(message),
    ]
    if let place {
      members["file"] = .string(place.source.name)
      members["line"] = .integer(Int64(place.start.line))
      members["column"] = .integer(Int64(place.start.column))
      members["endLine"] = .integer(Int64(place.end.line))
      members["endColumn"] = .integer(Int64(place.end.column))
    }
    if let hint { members["hint"] = .string(hint) }
    return .map(members)
  }
}
