import Document
import OrderedCollections

/// What is known while a template in Heat's own language is read.
final class HOTScan {
  let scan: TemplateScan
  let nested: NestedTemplates
  var version = HOTVersion.wallaby
  /// The address of the file, which others are named relative to.
  let address: String
  var conditions: OrderedDictionary<String, Expression> = [:]
  private var inlineCount = 0

  init(_ scan: TemplateScan, _ nested: NestedTemplates, address: String) {
    self.scan = scan
    self.nested = nested
    self.address = address
  }

  /// Keeps a condition that has no name under one that no other has.
  func name(for condition: Expression) -> String {
    if case .function(.condition(let name)) = condition.kind { return name }
    var name: String
    repeat {
      inlineCount += 1
      name = "InlineCondition\(inlineCount)"
    } while scan.conditionNames.contains(name)
    scan.usedConditions.insert(name)
    conditions[name] = condition
    return name
  }
}

/// Reads templates in Heat's own language (HOT), of every version, into the model of all templates.
struct HOTReader {
  static let sections = [
    "heat_template_version", "description", "parameter_groups", "parameters", "conditions", "resources",
    "outputs",
  ]

  private let scan: TemplateScan
  private let givenNested: NestedTemplates?

  init(_ scan: TemplateScan, nested: NestedTemplates? = nil) {
    self.scan = scan
    givenNested = nested
  }

  func read(_ node: Node, _ source: Source) -> TemplateReading {
    let nested =
      givenNested ?? NestedTemplates(scan.surroundings, root: source.name, schemas: scan.schemas)
    let hot = HOTScan(scan, nested, address: source.name)
    hot.version = version(node)
    checkSections(node, hot)
    collectNames(node)
    let description = node["description"].flatMap { scan.text(of: $0, "description", code: "E1004") }
    scan.parameters = section(node, "parameters").map { HOTParameterReader(hot).read($0) } ?? [:]
    var details = TemplateDetails()
    details.parameterGroups = HOTGroupReader(scan).read(node["parameter_groups"])
    section(node, "conditions").map { HOTConditionReader(hot).read($0) }
    let types = HOTTypeReader(hot).read(section(node, "resources"))
    details.nested = types.nested
    var resources = section(node, "resources").map { HOTResourceReader(hot, types).read($0) } ?? [:]
    let outputs = section(node, "outputs").map { HOTOutputReader(hot, types).read($0) } ?? [:]
    DependencyReader(scan).complete(&resources)
    if scan.schemas != nil || !types.nested.isEmpty { HOTSchemaCheck(scan, types).check(resources) }
    checkUse(node)
    let template = Template(
      source: source, document: node, description: description, parameters: scan.parameters,
      conditions: hot.conditions, resources: resources, outputs: outputs, details: details)
    let wishes = givenNested == nil ? Array(nested.wishes.values) : []
    return TemplateReading(
      template: scan.hasErrors ? nil : template,
      diagnostics: TemplateBody(scan).inOrder(scan.diagnostics), document: node, wishes: wishes)
  }

  /// A section's map; empty ones may be null.
  private func section(_ node: Node, _ name: String) -> Node? {
    guard let section = node[name], section.scalar?.isNull != true else { return nil }
    return section
  }

  private func version(_ node: Node) -> HOTVersion {
    guard let value = node["heat_template_version"] else { return .wallaby }
    guard let text = scan.text(of: value, "heat_template_version", code: "E1001") else { return .wallaby }
    if let version = HOTVersion(text: text) { return version }
    let names = HOTVersion.allCases.map(\.rawValue) + HOTVersion.named.map { "\($0)" }
    scan.error(
      "E1001", "there is no version `\(text)` of Heat's templates", at: value.place,
      hint: scan.suggestion(text, names) ?? "versions are \(names.joined(separator: ", "))")
    return .wallaby
  }

  private func checkSections(_ node: Node, _ hot: HOTScan) {
    for entry in node.entries ?? [] {
      if !Self.sections.contains(entry.key) {
        scan.error(
          "E1001", "a HOT template has no section `\(entry.key)`", at: entry.keyPlace,
          hint: scan.suggestion(entry.key, Self.sections)
            ?? "sections are \(Self.sections.joined(separator: ", "))")
      } else if entry.key == "conditions", hot.version < .newton {
        scan.error(
          "hot_version", "conditions came with \(HOTVersion.newton.words)", at: entry.keyPlace,
          hint: "write `heat_template_version: \(HOTVersion.newton.rawValue)` or later")
      }
    }
  }

  /// Collects all names before anything refers to them.
  private func collectNames(_ node: Node) {
    func names(_ section: String) -> OrderedSet<String> {
      OrderedSet((node[section]?.entries ?? []).map(\.key))
    }
    scan.parameterNames = names("parameters")
    scan.conditionNames = names("conditions")
    for entry in node["resources"]?.entries ?? [] {
      scan.resourceTypes[entry.key] = entry.value["type"]?.plainText ?? ""
    }
  }

  private func checkUse(_ node: Node) {
    for group in node["parameter_groups"]?.items ?? [] {
      scan.usedParameters.formUnion(group["parameters"]?.items?.compactMap(\.plainText) ?? [])
    }
    for entry in node["parameters"]?.entries ?? [] where !scan.usedParameters.contains(entry.key) {
      scan.warning("W2001", "the parameter `\(entry.key)` isn't used", at: entry.keyPlace)
    }
    for entry in node["conditions"]?.entries ?? [] where !scan.usedConditions.contains(entry.key) {
      scan.warning("W8001", "the condition `\(entry.key)` isn't used", at: entry.keyPlace)
    }
  }
}
