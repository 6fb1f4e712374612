import Document
import Linting
import Loading
import LuaRuntime
import OrderedCollections
import ResourceFacts
import Templates

extension LuaModule {
  /// `kiln.native.lint`: what `kiln.lint` builds on.
  static func lint(_ shelf: SchemaShelf) -> LuaModule {
    LuaModule(name: "kiln.native.lint", summary: "Holds templates to kiln's own rules.") {
      Function(
        "check", "Checks a template, or a template file, and gives what was found and the template's parts.",
        [
          LuaParameter("template", .union([.object("kiln.Template"), .string])),
          LuaParameter(
            "options",
            .optional(
              .options([
                LuaParameter("include", .optional(.list(.string)), "Beginnings of rule ids to show too."),
                LuaParameter("ignore", .optional(.list(.string)), "Beginnings of rule ids to hide."),
              ]))),
        ], returns: [LuaParameter("report", .any)]
      ) { arguments in
        let schemas = try shelf.schemas()
        let linter = Linter(schemas: schemas, files: { try? LocalFile.source($0) })
        let given = arguments.options("options")
        let options = LintOptions(include: texts(given["include"]), ignore: texts(given["ignore"]))
        let report: LintReport
        if let object = arguments["template"].object as? TemplateObject {
          report = linter.lint(object.template.document(), options: options)
        } else {
          report = linter.lint(try LocalFile.source(arguments("template")), options: options)
        }
        return [.data(report.value)]
      }
    }
  }
}

private func texts(_ value: LuaValue) -> [String] {
  if case .list(let items) = value { items.compactMap(\.string) } else { [] }
}

extension LintReport {
  fileprivate var value: Value {
    [
      "findings": .list(diagnostics.map(\.finding)),
      "parts": .list(template.map { $0.parts } ?? []),
      "is_readable": .bool(template != nil),
    ]
  }
}

extension Diagnostic {
  fileprivate var finding: Value {
    var members: OrderedDictionary<String, Value> = [
      "id": .string(code), "severity": .string(severity.rawValue), "message": .string(message),
    ]
    if let hint { members["hint"] = .string(hint) }
    if let place { members.merge(place.members) { $1 } }
    return .map(members)
  }
}

extension Place {
  fileprivate var members: OrderedDictionary<String, Value> {
    [
      "file": .string(source.name), "line": .integer(Int64(start.line)),
      "column": .integer(Int64(start.column)),
    ]
  }
}

extension Template {
  private static let subjects = [
    "Parameters": "parameter", "Mappings": "mapping", "Conditions": "condition", "Resources": "resource",
    "Outputs": "output",
  ]

  /// Each entry of each section with its tree in the long form, and its place; the template itself first.
  fileprivate var parts: [Value] {
    let tree = document().withLongFunctions
    var parts: [Value] = [part("template", source.name, tree, tree.place)]
    for section in tree.entries ?? [] {
      guard let subject = Self.subjects[section.key] else { continue }
      for entry in section.value.entries ?? [] {
        parts.append(part(subject, entry.key, entry.value, entry.keyPlace))
      }
    }
    return parts
  }

  private func part(_ subject: String, _ name: String, _ tree: Node, _ place: Place) -> Value {
    var members: OrderedDictionary<String, Value> = [
      "subject": .string(subject), "name": .string(name), "tree": tree.value,
    ]
    members.merge(place.members) { $1 }
    return .map(members)
  }
}
