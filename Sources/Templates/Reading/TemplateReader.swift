package import Document
import OrderedCollections

/// What reading a template gives: the template, when nothing in it is wrong, and all that is to say about it.
package struct TemplateReading: Sendable {
  /// Nil when there is an error.
  package let template: Template?
  /// Errors and warnings in the order of their places.
  package let diagnostics: [Diagnostic]
  /// The whole tree with its loops expanded, also when there are errors in it; nil when the text is no tree.
  package let document: Node?
  /// The files to load before reading again, when files are read at all.
  package let wishes: [FileWish]

  package init(
    template: Template?, diagnostics: [Diagnostic], document: Node? = nil, wishes: [FileWish] = []
  ) {
    self.template = template
    self.diagnostics = diagnostics
    self.document = document
    self.wishes = wishes
  }
}

/// Reads templates of CloudFormation and of Heat, as JSON and as YAML.
package enum TemplateReader {
  /// Reads a text; reports all problems at once, each with its place.
  ///
  /// With `schemas` the properties and attributes of the types that it knows are checked too, and a type that
  /// it doesn't know is a warning (`E3006`).
  package static func read(
    _ source: Source, schemas: (any ResourceTypes)? = nil,
    options: ReadingOptions = ReadingOptions()
  ) -> TemplateReading {
    do throws(Diagnostics) {
      let node = try DocumentReader.any(source)
      return read(node, of: source, schemas: schemas, options: options)
    } catch {
      return TemplateReading(template: nil, diagnostics: asParseErrors(error.items, source))
    }
  }

  /// Reads a tree that a program made; its places say where in the program.
  package static func read(
    _ node: Node, schemas: (any ResourceTypes)? = nil,
    options: ReadingOptions = ReadingOptions()
  ) -> TemplateReading {
    let text = node.withLongFunctions.value.jsonText(indent: 2)
    let source = Source(name: node.place.source.name, text: text)
    return read(node, of: source, schemas: schemas, options: options)
  }

  /// Reads a tree that was made from this text.
  static func read(
    _ node: Node, of source: Source, schemas: (any ResourceTypes)? = nil, options: ReadingOptions
  ) -> TemplateReading {
    TemplateBody(TemplateScan(schemas: schemas), options).read(node, source)
  }

  /// Errors of the text under one id; of equal keys the first is said too.
  static func asParseErrors(_ diagnostics: [Diagnostic], _ source: Source) -> [Diagnostic] {
    if diagnostics.count == 1, diagnostics[0].code == "empty_document" {
      return [
        Diagnostic(
          "E1001", "the template has no section `Resources`: the text has nothing in it",
          at: diagnostics[0].place, hint: "a template needs at least one resource")
      ]
    }
    var firsts: Set<Position> = []
    var result: [Diagnostic] = []
    for diagnostic in diagnostics {
      if diagnostic.code == "duplicate_key", let first = diagnostic.notes.first?.place,
        firsts.insert(first.start).inserted
      {
        result.append(Diagnostic(.note, "E0000", "this key stands in the map more than once", at: first))
      }
      result.append(
        Diagnostic(
          diagnostic.severity, "E0000", diagnostic.message, at: diagnostic.place, hint: diagnostic.hint,
          notes: diagnostic.notes))
    }
    return result
  }

  static func asParseError(_ diagnostic: Diagnostic) -> Diagnostic {
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
  private let options: ReadingOptions

  init(_ scan: TemplateScan, _ options: ReadingOptions = ReadingOptions()) {
    self.scan = scan
    self.options = options
  }

  func read(_ node: Node, _ source: Source) -> TemplateReading {
    scan.checksProperties = options.checksProperties
    guard node.entries != nil, node.tag == nil else {
      scan.error("E0000", "a template must be a map of sections, found \(node.kind)", at: node.place.atStart)
      return TemplateReading(template: nil, diagnostics: scan.diagnostics, document: node)
    }
    if node.entry("heat_template_version") != nil {
      return HOTReader(scan).read(node, source)
    }
    let transforms = TransformReader(scan).read(node)
    guard !transforms.isServerless else {
      return TemplateReading(template: nil, diagnostics: scan.diagnostics, document: node)
    }
    scan.hasExtensions = transforms.hasExtensions
    scan.mayResolve = source.mentions("{{resolve:")
    var (document, source) = (node, source)
    var node = node
    if let whole = included(node, source, transforms.includes) {
      // With what it includes it is as if it were written so: nobody needs the other texts any more.
      node = whole
      document = whole
      source = Source(name: source.name, text: whole.withLongFunctions.value.jsonText(indent: 2))
    }
    node = expanded(node, source)
    checkSections(node.entries ?? [])
    checkVersion(node)
    let description = self.description(node)
    if scan.resourceTypes.isEmpty { collectNames(node) }
    var template = sections(node, document, source, description)
    if scan.hasErrors {
      return TemplateReading(template: nil, diagnostics: inOrder(scan.diagnostics), document: node)
    }
    template.openTransforms = transforms.open + scan.openTransforms.filter { !transforms.open.contains($0) }
    template.formParameters = scan.form?.used ?? []
    template.options = options
    return TemplateReading(template: template, diagnostics: inOrder(scan.diagnostics), document: node)
  }

  private func sections(
    _ node: Node, _ document: Node, _ source: Source, _ description: String?
  ) -> Template {
    scan.parameters = node["Parameters"].map { ParameterReader(scan).read($0) } ?? [:]
    scan.mappings = node["Mappings"].map { MappingReader(scan).read($0) } ?? [:]
    let conditions = node["Conditions"].map { ConditionReader(scan).read($0) } ?? [:]
    let rules = node["Rules"].map { RuleReader(scan).read($0) } ?? [:]
    var resources = resources(node)
    let outputs = node["Outputs"].map { OutputReader(scan).read($0) } ?? [:]
    DependencyReader(scan).complete(&resources)
    if scan.schemas != nil { SchemaReader(scan).check(resources) }
    UsageCheck(scan).check(node)
    SizeCheck(scan: scan).check(node, source)
    if scan.mayResolve { ReferenceCheck(scan: scan).check(node) }
    let metadata = node.entry("Metadata")
    if let metadata { MetadataReader(scan: scan).check(metadata) }
    var template = Template(
      source: source, document: document, description: description, parameters: scan.parameters,
      mappings: scan.mappings, conditions: conditions, resources: resources, outputs: outputs,
      metadata: metadata?.value.value)
    template.rules = rules
    return template
  }

  /// The tree with the texts that it includes in their places; nil when it includes nothing.
  private func included(_ node: Node, _ source: Source, _ includes: Bool) -> Node? {
    let isAsked = !options.snippets.isEmpty || !options.unreadable.isEmpty
    guard includes || (isAsked && source.mentions("AWS::Include")) else { return nil }
    let form = FormResolver(node, source, given: options.parameters)
    return Includer(scan, form, options).include(node)
  }

  /// The tree with loops replaced by what they stand for.
  private func expanded(_ node: Node, _ source: Source) -> Node {
    let hasLoops = source.mentions("Fn::ForEach::")
    guard hasLoops || scan.hasExtensions || hasComputedPolicies(node) else { return node }
    let form = FormResolver(node, source, given: options.parameters)
    scan.form = form
    guard hasLoops else { return node }
    collectNames(node)
    if !scan.hasExtensions { reportLoops(node) }
    var expander = LoopExpander(scan, form)
    let node = expander.expand(node)
    scan.forgetNames()
    return node
  }

  /// A deletion policy that a function gives is part of the form too.
  private func hasComputedPolicies(_ node: Node) -> Bool {
    (node["Resources"]?.entries ?? []).contains { resource in
      (resource.value.entries ?? []).contains {
        ($0.key == "DeletionPolicy" || $0.key == "UpdateReplacePolicy") && $0.value.plainText == nil
      }
    }
  }

  private func reportLoops(_ node: Node) {
    for entry in node.entries ?? [] {
      if entry.key.hasPrefix(LoopExpander.prefix) {
        scan.warning(
          "E1032", "AWS takes `\(entry.key)` only with the transform AWS::LanguageExtensions",
          at: entry.keyPlace, hint: "add `Transform: AWS::LanguageExtensions`")
      } else {
        reportLoops(entry.value)
      }
    }
    for item in node.items ?? [] { reportLoops(item) }
  }

  func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      guard let first = left.element.place?.start, let second = right.element.place?.start, first != second
      else { return left.offset < right.offset }
      return first < second
    }.map(\.element)
  }

  private func checkSections(_ entries: [Node.Entry]) {
    for entry in entries {
      switch entry.key {
      case "Hooks": scan.error("hooks_not_supported", "kiln has no CodeDeploy hooks", at: entry.keyPlace)
      case "HeatTemplateFormatVersion":
        scan.note(
          "E1001", "AWS doesn't know HeatTemplateFormatVersion, Heat and kiln do", at: entry.keyPlace)
      case let name where !Self.sections.contains(name):
        let hint = scan.suggestion(name, Self.sections)
        scan.error(
          "E1001", "a template has no section `\(name)`", at: entry.keyPlace,
          hint: hint ?? "sections are \(Self.sections.joined(separator: ", "))")
      default: break
      }
    }
  }

  private func checkVersion(_ node: Node) {
    let versions = ["AWSTemplateFormatVersion": "2010-09-09", "HeatTemplateFormatVersion": "2012-12-12"]
    for (key, version) in versions.sorted(by: { $0.key < $1.key }) {
      guard let entry = node.entry(key), entry.value.plainText != version else { continue }
      scan.error(
        "E1001", "\(key) must be \(version)", at: entry.valuePlace, hint: "write `\(key): '\(version)'`")
    }
  }

  private func description(_ node: Node) -> String? {
    guard let entry = node.entry("Description") else { return nil }
    let place = entry.valuePlace
    guard let text = scan.text(of: entry.value, "Description", code: "E1004", at: place) else { return nil }
    if text.utf8.count > 1024 {
      scan.warning(
        "E1003", "Description has \(text.utf8.count) bytes, AWS takes 1024", at: place)
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
  package var atStart: Place {
    Place(source: source, start: start, end: Position(line: start.line, column: start.column + 1))
  }
}
