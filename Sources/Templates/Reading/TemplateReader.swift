package import Document
import OrderedCollections

/// What reading a template gives: the template, when nothing in it is wrong, and all that is to say about it.
package struct TemplateReading: Sendable {
  /// Nil when there is an error.
  package let template: Template?
  /// Errors and warnings in the order of their places.
  package let diagnostics: [Diagnostic]
  /// The whole tree, also when there are errors in it; nil when the text is no tree.
  package let document: Node?

  package init(template: Template?, diagnostics: [Diagnostic], document: Node? = nil) {
    self.template = template
    self.diagnostics = diagnostics
    self.document = document ?? template?.document
  }
}

/// Reads CloudFormation templates, as JSON and as YAML.
package enum TemplateReader {
  /// Reads a text; reports all problems at once, each with its place.
  ///
  /// With `schemas` the properties and attributes of the types that it knows are checked too, and a type that
  /// it doesn't know is a warning (`E3006`).
  package static func read(
    _ source: Source, schemas: ((String) -> ResourceSchema?)? = nil
  ) -> TemplateReading {
    do throws(Diagnostics) {
      let node = try DocumentReader.any(source)
      return TemplateBody(TemplateScan(schemas: schemas)).read(node, source)
    } catch {
      return TemplateReading(template: nil, diagnostics: error.items.map(asParseError))
    }
  }

  /// Reads a tree that a program made; its places say where in the program.
  package static func read(
    _ node: Node, schemas: ((String) -> ResourceSchema?)? = nil
  ) -> TemplateReading {
    let text = node.withLongFunctions.value.jsonText(indent: 2)
    let source = Source(name: node.place.source.name, text: text)
    return TemplateBody(TemplateScan(schemas: schemas)).read(node, source)
  }

  private static func asParseError(_ diagnostic: Diagnostic) -> Diagnostic {
    Diagnostic(
      diagnostic.severity, "E0000", diagnostic.message, at: diagnostic.place, hint: diagnostic.hint,
      notes: diagnostic.notes)
  }
}

/// Reads the sections of a template one after the other, names first.
struct TemplateBody {
  private static let sections = [
    "AWSTemplateFormatVersion", "HeatTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules",
    "Mappings", "Conditions", "Transform", "Hooks", "Resources", "Outputs",
  ]

  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ node: Node, _ source: Source) -> TemplateReading {
    guard let entries = node.entries, node.tag == nil else {
      scan.error("E0000", "a template must be a map of sections, found \(node.kind)", at: node.place)
      return TemplateReading(template: nil, diagnostics: scan.diagnostics)
    }
    if let version = node.entry("heat_template_version") {
      scan.error(
        "hot_not_supported", "this is a HOT template, which kiln can't read yet", at: version.keyPlace,
        hint: "write it as a CloudFormation template")
      return TemplateReading(template: nil, diagnostics: scan.diagnostics)
    }
    checkSections(entries)
    checkVersion(node)
    let description = self.description(node)
    collectNames(node)
    let parameters = node["Parameters"].map { ParameterReader(scan).read($0) } ?? [:]
    scan.parameters = parameters
    scan.mappings = node["Mappings"].map { MappingReader(scan).read($0) } ?? [:]
    let conditions = node["Conditions"].map { ConditionReader(scan).read($0) } ?? [:]
    var resources = resources(node)
    let outputs = node["Outputs"].map { OutputReader(scan).read($0) } ?? [:]
    resources = DependencyReader(scan).read(resources)
    if scan.schemas != nil { SchemaReader(scan).check(resources) }
    UsageCheck(scan).check(node)
    let metadata = node["Metadata"]
    if let metadata { _ = scan.entries(of: metadata, "Metadata", code: "E4002") }
    let template = Template(
      source: source, document: node, description: description, parameters: parameters,
      mappings: scan.mappings, conditions: conditions, resources: resources, outputs: outputs,
      metadata: metadata?.value)
    return TemplateReading(
      template: scan.hasErrors ? nil : template, diagnostics: inOrder(scan.diagnostics), document: node)
  }

  private func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      guard let first = left.element.place?.start, let second = right.element.place?.start, first != second
      else { return left.offset < right.offset }
      return first < second
    }.map(\.element)
  }

  private func checkSections(_ entries: [Node.Entry]) {
    for entry in entries {
      switch entry.key {
      case "Transform": reportTransforms(entry.value)
      case "Hooks": scan.error("hooks_not_supported", "kiln has no CodeDeploy hooks", at: entry.keyPlace)
      case "Rules":
        scan.warning("rules_not_checked", "the template's rules aren't checked", at: entry.keyPlace)
      case let name where !Self.sections.contains(name):
        let hint = scan.suggestion(name, Self.sections)
        scan.error(
          "E1001", "a template has no section `\(name)`", at: entry.keyPlace,
          hint: hint ?? "sections are \(Self.sections.joined(separator: ", "))")
      default: break
      }
    }
  }

  private func reportTransforms(_ node: Node) {
    for item in node.items ?? [node] {
      guard let name = item.plainText ?? item["Name"]?.plainText else {
        scan.error("E1005", "a transform must be a name, found \(item.kind)", at: item.place)
        continue
      }
      scan.error(
        "transform_not_supported", "kiln doesn't have the transform \(name)", at: item.place,
        hint: "give the template as it is after the transform")
    }
  }

  private func checkVersion(_ node: Node) {
    let versions = ["AWSTemplateFormatVersion": "2010-09-09", "HeatTemplateFormatVersion": "2012-12-12"]
    for (key, version) in versions.sorted(by: { $0.key < $1.key }) {
      guard let value = node[key], value.plainText != version else { continue }
      scan.error("E1001", "\(key) must be \(version)", at: value.place, hint: "write `\(key): '\(version)'`")
    }
  }

  private func description(_ node: Node) -> String? {
    guard let value = node["Description"] else { return nil }
    guard let text = scan.text(of: value, "Description", code: "E1004") else { return nil }
    if text.utf8.count > 1024 {
      scan.warning(
        "E1003", "Description has \(text.utf8.count) bytes, AWS takes 1024", at: value.place)
    }
    return text
  }

  /// Collects all names before anything refers to them.
  private func collectNames(_ node: Node) {
    scan.parameterNames = OrderedSet((node["Parameters"]?.entries ?? []).map(\.key))
    scan.mappingNames = OrderedSet((node["Mappings"]?.entries ?? []).map(\.key))
    scan.conditionNames = OrderedSet((node["Conditions"]?.entries ?? []).map(\.key))
    for entry in node["Resources"]?.entries ?? [] {
      scan.resourceTypes[entry.key] = entry.value["Type"]?.plainText ?? ""
      if scan.parameterNames.contains(entry.key) {
        scan.error(
          "E3007", "`\(entry.key)` is a parameter and a resource", at: entry.keyPlace,
          notes: (node["Parameters"]?.entry(entry.key)).map { [.init("the parameter", at: $0.keyPlace)] }
            ?? [])
      }
    }
  }

  private func resources(_ node: Node) -> OrderedDictionary<String, ResourceDefinition> {
    guard let section = node["Resources"] else {
      scan.error(
        "E1001", "the template has no section `Resources`", at: node.place.atStart,
        hint: "a template needs at least one resource")
      return [:]
    }
    return ResourceReader(scan).read(section)
  }
}

extension Place {
  /// The first character alone.
  var atStart: Place {
    Place(source: source, start: start, end: Position(line: start.line, column: start.column + 1))
  }
}
