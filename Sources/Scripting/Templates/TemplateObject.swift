import Document
import LuaRuntime
import OrderedCollections
import Templates

/// A template as scripts hold it.
final class TemplateObject: LuaObject {
  let template: Template
  /// What is known of a resource type.
  let schemas: any ResourceTypes

  init(_ template: Template, schemas: any ResourceTypes) {
    self.template = template
    self.schemas = schemas
  }

  static let luaClass = LuaClass("kiln.Template", "A template, read and checked.") {
    Property("name", .string, "The file it came from, or the like.") { (object: TemplateObject) in
      .string(object.template.source.name)
    }
    Property("description", .optional(.string), "What it says of itself.") { (object: TemplateObject) in
      object.template.description.map(LuaValue.string) ?? .nil
    }
    Property("parameters", .list(.any), "Its parameters, as records.") { (object: TemplateObject) in
      .list(object.template.parameters.values.map(\.record))
    }
    Property("resources", .list(.any), "Its resources, as records.") { (object: TemplateObject) in
      .list(object.template.resources.values.map(\.record))
    }
    Property("outputs", .list(.string), "The names of its outputs.") { (object: TemplateObject) in
      .list(object.template.outputs.keys.map(LuaValue.string))
    }
    Method(
      "text", "The template as text.",
      [LuaParameter("format", .optional(.string), "`yaml` (the default), `json`, `hot` or `lua`.")],
      returns: [LuaParameter("text", .string)]
    ) { (object: TemplateObject, arguments) in
      [.string(try object.text(arguments.optional("format") ?? "yaml"))]
    }
    Method(
      "tree", "The template as tables, in a template's own form; one of HOT as CloudFormation has it.",
      returns: [LuaParameter("tree", .any)]
    ) {
      (object: TemplateObject, _) in [.data(object.template.plainDocument.value)]
    }
    Method(
      "parts", "The template as a composer is made of: its head, and its entries with their places.",
      returns: [LuaParameter("parts", .any)]
    ) {
      (object: TemplateObject, _) in [.data(object.template.composerParts)]
    }
    Method(
      "build", "Itself, as a composer's `build` gives.",
      returns: [LuaParameter("template", .object("kiln.Template"))]
    ) {
      (object: TemplateObject, _) in [.object(object)]
    }
    Operation(.text) { (object: TemplateObject, _) in [.string(object.summary)] }
  }

  private func text(_ format: String) throws -> String {
    switch format {
    case "yaml": return template.yamlText()
    case "json": return template.jsonText(indent: 2) + "\n"
    case "lua": return template.luaText { [schemas] in schemas[$0] != nil }
    case "hot":
      let (text, diagnostics) = template.hotText()
      let losses = diagnostics.filter { $0.severity == .error }
      guard losses.isEmpty else { throw Diagnostics(losses) }
      return text
    default:
      throw LuaError(
        .badArgument, "a template can't be written as '\(format)'",
        hint: "say 'yaml', 'json', 'hot' or 'lua'")
    }
  }

  private var summary: String {
    func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }
    return "Template \(template.source.name) · \(count(template.parameters.count, "parameter")) · "
      + "\(count(template.resources.count, "resource")) · \(count(template.outputs.count, "output"))"
  }
}

extension ParameterDefinition {
  fileprivate var record: LuaValue {
    .record([
      LuaField("name", .string(name)), LuaField("type", .string(type)),
      LuaField("default", isSecret ? .nil : defaultValue.map(LuaValue.data) ?? .nil),
      LuaField("no_echo", .bool(isSecret)), LuaField("description", .string(description ?? "")),
      LuaField("allowed_values", allowedValues.map { .list($0.map(LuaValue.data)) } ?? .nil),
      LuaField("names", namedThing.map(LuaValue.string) ?? .nil),
    ])
  }
}

extension ResourceDefinition {
  fileprivate var record: LuaValue {
    .record([
      LuaField("logical_id", .string(logicalID)), LuaField("type", .string(type)),
      LuaField("depends_on", .list(dependencies.map(LuaValue.string))),
    ])
  }
}
