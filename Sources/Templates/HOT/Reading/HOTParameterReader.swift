import Document
import OrderedCollections

/// Reads the section `parameters`.
struct HOTParameterReader {
  private static let keys = [
    "type", "label", "description", "default", "hidden", "constraints", "immutable", "tags", "schema",
  ]
  /// Types as this model calls them, which CloudFormation named first.
  static let types: OrderedDictionary<String, String> = [
    "string": "String", "number": "Number", "comma_delimited_list": "CommaDelimitedList", "json": "Json",
    "boolean": "Boolean",
  ]

  private let hot: HOTScan
  private var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan) { self.hot = hot }

  func read(_ section: Node) -> OrderedDictionary<String, ParameterDefinition> {
    var result: OrderedDictionary<String, ParameterDefinition> = [:]
    for entry in scan.entries(of: section, "parameters", code: "E2001") ?? [] {
      let what = "the parameter `\(entry.key)`"
      guard let body = scan.entries(of: entry.value, what, code: "E2001") else { continue }
      scan.check(body, known: Self.keys, in: what, code: "E2001")
      if let tags = entry.value.entry("tags"), hot.version < .queens {
        scan.error("hot_version", "tags came with \(HOTVersion.queens.words)", at: tags.keyPlace)
      }
      let definition = definition(entry)
      checkDefault(definition, entry.value["default"])
      result[entry.key] = definition
    }
    return result
  }

  private func definition(_ entry: Node.Entry) -> ParameterDefinition {
    let node = entry.value
    let type = type(entry)
    let details = details(node)
    let kinds = details.constraints.map(\.kind)
    return ParameterDefinition(
      name: entry.key, type: type, description: text(node, "description"),
      defaultValue: node["default"].flatMap { defaultValue($0, type) }, isSecret: flag(node, "hidden"),
      allowedValues: kinds.lazy.compactMap { if case .allowedValues(let list) = $0 { list } else { nil } }
        .first,
      allowedPattern: kinds.lazy.compactMap { if case .allowedPattern(let text) = $0 { text } else { nil } }
        .first,
      constraintDescription: details.constraints.count == 1 ? details.constraints[0].description : nil,
      length: kinds.lazy.compactMap { if case .length(let range) = $0 { range } else { nil } }.first,
      range: kinds.lazy.compactMap { if case .range(let range) = $0 { range } else { nil } }.first,
      details: details, place: entry.keyPlace)
  }

  private func details(_ node: Node) -> ParameterDetails {
    var details = ParameterDetails()
    details.label = text(node, "label")
    details.isImmutable = flag(node, "immutable")
    details.schema = node["schema"]?.value
    details.constraints = node["constraints"].map { HOTConstraintReader(hot).read($0) } ?? []
    if let tags = node["tags"] {
      if let items = tags.items {
        details.tags = items.compactMap { scan.text(of: $0, "a tag", code: "E2001") }
      } else {
        scan.error("E2001", "tags must be a list, found \(tags.kind)", at: tags.place)
      }
    }
    return details
  }

  private func type(_ entry: Node.Entry) -> String {
    guard let node = entry.value["type"] else {
      scan.error(
        "E2001", "the parameter `\(entry.key)` has no type", at: entry.keyPlace, hint: "add `type: string`")
      return "String"
    }
    guard let text = scan.text(of: node, "type", code: "E2002") else { return "String" }
    if let type = Self.types[text] { return type }
    scan.error(
      "E2002", "`\(text)` isn't a parameter type", at: node.place,
      hint: scan.suggestion(text, Self.types.keys) ?? "types are \(Self.types.keys.joined(separator: ", "))")
    return "String"
  }

  private func defaultValue(_ node: Node, _ type: String) -> Value? {
    if node.scalar?.isNull == true { return type == "Json" ? .map([:]) : .string("") }
    if let text = node.plainText {
      if case .string = node.faithful { return .string(text) }
      return type == "String" ? .string(text) : node.faithful
    }
    if type == "Json" { return node.value }
    if type == "CommaDelimitedList", let items = node.items {
      return .list(items.map { $0.plainText.map(Value.string) ?? $0.value })
    }
    scan.error("E2001", "the default must be a text, found \(node.kind)", at: node.place)
    return nil
  }

  private func text(_ node: Node, _ key: String) -> String? {
    guard let value = node[key], value.scalar?.isNull != true else { return nil }
    return scan.text(of: value, key, code: "E2001")
  }

  private func flag(_ node: Node, _ key: String) -> Bool {
    guard let value = node[key] else { return false }
    switch value.plainText?.lowercased() {
    case "true", "yes", "on", "1": return true
    case "false", "no", "off", "0": return false
    default:
      scan.error("E2001", "\(key) must be true or false", at: value.place)
      return key == "hidden"
    }
  }

  /// Heat takes a template whose default doesn't fit as long as a value is given, so this is a warning.
  private func checkDefault(_ definition: ParameterDefinition, _ node: Node?) {
    guard let node, let value = definition.defaultValue else { return }
    do throws(ParameterFault) {
      _ = try definition.check(value)
    } catch {
      scan.warning("E2015", "the default of `\(definition.name)` \(error.message)", at: node.place)
    }
  }
}

/// Reads the section `parameter_groups`.
struct HOTGroupReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ node: Node?) -> [ParameterGroup] {
    guard let node, node.scalar?.isNull != true else { return [] }
    guard let items = node.items else {
      scan.error("E2001", "parameter_groups must be a list, found \(node.kind)", at: node.place)
      return []
    }
    var owners: [String: Place] = [:]
    return items.compactMap { group($0, &owners) }
  }

  private func group(_ node: Node, _ owners: inout [String: Place]) -> ParameterGroup? {
    guard let entries = scan.entries(of: node, "a parameter group", code: "E2001") else { return nil }
    scan.check(
      entries, known: ["label", "description", "parameters"], in: "a parameter group", code: "E2001")
    guard let list = node["parameters"], let items = list.items else {
      scan.error(
        "E2001", "a parameter group needs a list of parameters", at: node["parameters"]?.place ?? node.place)
      return nil
    }
    var names: [String] = []
    for item in items {
      guard let name = scan.text(of: item, "a parameter's name", code: "E2001") else { continue }
      if !scan.parameterNames.contains(name) {
        scan.error(
          "E2001", "there is no parameter `\(name)`", at: item.place,
          hint: scan.suggestion(name, scan.parameterNames))
      } else if let first = owners[name] {
        scan.error(
          "E2001", "`\(name)` is in two groups", at: item.place, notes: [.init("the first", at: first)])
      }
      owners[name] = owners[name] ?? item.place
      names.append(name)
    }
    return ParameterGroup(
      label: node["label"]?.plainText, description: node["description"]?.plainText, parameters: names)
  }
}
