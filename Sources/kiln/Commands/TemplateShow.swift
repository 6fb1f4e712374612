import ArgumentParser
import Document
import OrderedCollections
import ResourceFacts
import Shell
import Templates

/// `kiln template show`: what templates say, in short.
struct TemplateShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Shows what templates say, in short.")

  @OptionGroup var files: TemplateFiles
  @OptionGroup var surroundings: SurroundingsOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let library = try await surroundings.library(try? ResourceSchemas())
    try await files.found().each { file in
      await library.reading(file)
    } show: { _, reading in
      guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
      switch output.output {
      case .json: Output.standard.line(template.summary.jsonText())
      case .text: Output.standard.line(template.lines.joined(separator: "\n"))
      }
    }
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
