import ArgumentParser
import Document
import Glibc
import OrderedCollections
import ResourceFacts
import Shell
import Templates

/// `kiln template`: what can be said of template files without any cloud.
struct TemplateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "Checks and shows template files.",
    subcommands: [Validate.self, Show.self])

  struct Files: ParsableArguments {
    @Argument(help: ArgumentHelp("Template files; - is standard input.", valueName: "file"))
    var files: [String]
  }

  struct Validate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Reports every mistake in templates, with its place.")

    @OptionGroup var files: Files
    @OptionGroup var output: OutputOptions

    func run() throws {
      var hasErrors = false
      for file in files.files {
        let diagnostics = read(file).diagnostics
        hasErrors = hasErrors || diagnostics.contains { $0.severity == .error }
        report(diagnostics, of: file)
      }
      if hasErrors { throw ExitCode(1) }
    }

    private func report(_ diagnostics: [Diagnostic], of file: String) {
      switch output.output {
      case .json:
        let found = Value.list(diagnostics.map(\.value))
        Output.standard.line((["file": .string(file), "diagnostics": found] as Value).jsonText())
      case .text:
        Complaint.show(diagnostics)
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count { $0.severity == .warning }
        Output.standard.line(
          "\(file): \(errors == 0 ? "ok" : "\(errors) error\(errors == 1 ? "" : "s")")"
            + (warnings == 0 ? "" : ", \(warnings) warning\(warnings == 1 ? "" : "s")"))
      }
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Shows what templates say, in short.")

    @OptionGroup var files: Files
    @OptionGroup var output: OutputOptions

    func run() throws {
      for file in files.files {
        let reading = read(file)
        guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
        switch output.output {
        case .json: Output.standard.line(template.summary.jsonText())
        case .text: Output.standard.line(template.lines.joined(separator: "\n"))
        }
      }
    }
  }

  /// Reads a file, or standard input for `-`, and checks it against the types that kiln can launch.
  static func read(_ file: String) -> TemplateReading {
    guard let text = file == "-" ? InputFile.standardInput() : InputFile.text(of: file) else {
      let why = String(cString: strerror(errno))
      return TemplateReading(
        template: nil, diagnostics: [Diagnostic("unreadable_file", "\(file) can't be read: \(why)")])
    }
    let schemas = try? ResourceSchemas()
    return TemplateReader.read(
      Source(name: file == "-" ? "stdin" : file, text: text), schemas: { schemas?[$0] })
  }
}

private func read(_ file: String) -> TemplateReading { TemplateCommand.read(file) }

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
    }
    if let hint { members["hint"] = .string(hint) }
    return .map(members)
  }
}

extension Template {
  fileprivate var lines: [String] {
    var lines = ["\(source.name)\(description.map { ": \($0)" } ?? "")"]
    func section(_ title: String, _ rows: [(String, String)]) {
      guard !rows.isEmpty else { return }
      let width = rows.map(\.0.count).max() ?? 0
      lines.append("\n\(title)")
      lines += rows.map { "  " + $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
    section("Parameters", parameters.values.map { ($0.name, $0.line) })
    section("Resources", resources.values.map { ($0.logicalID, $0.line) })
    section("Outputs", outputs.values.map { ($0.name, $0.description ?? "") })
    return lines
  }

  fileprivate var summary: Value {
    [
      "file": .string(source.name), "description": .string(description ?? ""),
      "parameters": .list(
        parameters.values.map {
          ["name": .string($0.name), "type": .string($0.type), "secret": .bool($0.isSecret)]
        }),
      "resources": .list(
        resources.values.map {
          [
            "logicalID": .string($0.logicalID), "type": .string($0.type),
            "dependencies": .list($0.dependencies.map(Value.string)),
          ]
        }),
      "outputs": .list(outputs.keys.map(Value.string)),
    ]
  }
}

extension ParameterDefinition {
  fileprivate var line: String {
    let preset = isSecret ? "" : defaultValue?.scalarText.map { " = \($0)" } ?? ""
    return type + preset + (description.map { "  \($0)" } ?? "")
  }
}

extension ResourceDefinition {
  fileprivate var line: String {
    type + (dependencies.isEmpty ? "" : "  after " + dependencies.joined(separator: ", "))
  }
}
