import Document
import OrderedCollections

/// Reads the section Parameters.
struct ParameterReader {
  private static let keys = [
    "Type", "Default", "Description", "AllowedValues", "AllowedPattern", "ConstraintDescription", "MinLength",
    "MaxLength", "MinValue", "MaxValue", "NoEcho",
  ]

  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func read(_ section: Node) -> OrderedDictionary<String, ParameterDefinition> {
    var result: OrderedDictionary<String, ParameterDefinition> = [:]
    for entry in scan.entries(of: section, "Parameters", code: "E2001") ?? [] {
      scan.checkName(entry, "the parameter", code: "E2001")
      guard
        let body = scan.entries(
          of: entry.value, "the parameter `\(entry.key)`", code: "E2001", at: entry.valuePlace)
      else { continue }
      scan.check(body, known: Self.keys, in: "the parameter `\(entry.key)`", code: "E2001")
      checkBounds(body)
      let definition = definition(entry)
      checkDefault(definition, entry.value["Default"])
      result[entry.key] = definition
    }
    return result
  }

  /// AWS takes MinValue and MaxValue for the type Number only, MinLength, MaxLength and AllowedPattern for others.
  private func checkBounds(_ body: [Node.Entry]) {
    guard let type = body.first(where: { $0.key == "Type" })?.value.plainText else { return }
    let wrong =
      type == "Number" ? ["AllowedPattern", "MinLength", "MaxLength"] : ["MinValue", "MaxValue"]
    for entry in body where wrong.contains(entry.key) {
      scan.warning("E2001", "AWS doesn't take \(entry.key) for the type \(type)", at: entry.keyPlace)
    }
  }

  private func definition(_ entry: Node.Entry) -> ParameterDefinition {
    let node = entry.value
    let type = type(entry)
    return ParameterDefinition(
      name: entry.key, type: type,
      description: node["Description"].flatMap { scan.text(of: $0, "Description", code: "E2001") },
      defaultValue: node["Default"].flatMap { defaultValue($0, type) },
      isSecret: flag(node["NoEcho"]), allowedValues: node["AllowedValues"].map(allowedValues),
      allowedPattern: node["AllowedPattern"].flatMap(pattern),
      constraintDescription: node["ConstraintDescription"].flatMap {
        scan.text(of: $0, "ConstraintDescription", code: "E2001")
      },
      length: length(node), range: range(node), place: entry.keyPlace)
  }

  private func type(_ entry: Node.Entry) -> String {
    guard let node = entry.value["Type"] else {
      scan.error(
        "E2001", "the parameter `\(entry.key)` has no Type", at: entry.keyPlace, hint: "add `Type: String`")
      return "String"
    }
    guard let type = scan.text(of: node, "Type", code: "E2002") else { return "String" }
    if ParameterType(type) == nil {
      scan.untypedParameters.insert(entry.key)
      let isOpen = ["AWS::SSM::Parameter::Value<", "List<"].contains { type.hasPrefix($0) }
      scan.warning(
        isOpen ? "W2002" : "E2002", "`\(type)` isn't a parameter type; it is read as String", at: node.place,
        hint: isOpen
          ? "AWS takes the value unchecked"
          : type == "Integer" ? "did you mean `Number`?" : scan.suggestion(type, ParameterType.names))
    }
    return type
  }

  private func defaultValue(_ node: Node, _ type: String) -> Value? {
    if let text = node.plainText {
      if case .string = node.faithful { return .string(text) }
      return type == "String" ? .string(text) : node.faithful
    }
    if type == "Json", node.scalar == nil { return node.value }
    if ParameterType(type)?.isList == true, let items = node.items { return .list(items.map(\.faithful)) }
    scan.error("E2001", "Default must be a text, found \(node.kind)", at: node.place)
    return nil
  }

  private func flag(_ node: Node?) -> Bool {
    guard let node else { return false }
    switch node.plainText?.lowercased() {
    case "true", "yes", "1": return true
    case "false", "no", "0": return false
    default:
      scan.error("E2001", "NoEcho must be true or false", at: node.place)
      return true
    }
  }

  private func allowedValues(_ node: Node) -> [Value] {
    if let items = node.items { return items.map { .string($0.plainText ?? $0.value.jsonText()) } }
    scan.warning(
      "E2001", "AllowedValues must be a list, found \(node.kind); it is read as a list of one",
      at: node.place,
      hint: "put it in brackets")
    return node.plainText.map { [.string($0)] } ?? []
  }

  private func pattern(_ node: Node) -> String? {
    guard let pattern = scan.text(of: node, "AllowedPattern", code: "E2001") else { return nil }
    do {
      _ = try Regex(pattern)
      return pattern
    } catch {
      scan.warning(
        "I2003", "AllowedPattern isn't a regular expression that kiln knows; it isn't checked", at: node.place
      )
      return nil
    }
  }

  private func number(_ node: Node?, _ key: String) -> Double? {
    guard let node else { return nil }
    if let number = node.plainText.flatMap(Double.init), number.isFinite { return number }
    scan.error("E2001", "\(key) must be a number, found \(node.kind)", at: node.place)
    return nil
  }

  private func length(_ node: Node) -> ClosedRange<Int>? {
    let low = number(node["MinLength"], "MinLength").map { Int(clamping: Int64(max(0, min($0, 1e9)))) }
    let high = number(node["MaxLength"], "MaxLength").map { Int(clamping: Int64(max(0, min($0, 1e9)))) }
    guard low != nil || high != nil else { return nil }
    return closed(low ?? 0, high ?? .max, node, "MinLength", "MaxLength")
  }

  private func range(_ node: Node) -> ClosedRange<Double>? {
    let low = number(node["MinValue"], "MinValue")
    let high = number(node["MaxValue"], "MaxValue")
    guard low != nil || high != nil else { return nil }
    return closed(low ?? -.infinity, high ?? .infinity, node, "MinValue", "MaxValue")
  }

  private func closed<Bound: Comparable>(
    _ low: Bound, _ high: Bound, _ node: Node, _ lowKey: String, _ highKey: String
  ) -> ClosedRange<Bound>? {
    if low <= high { return low...high }
    scan.error("E2001", "\(lowKey) is more than \(highKey)", at: node[lowKey]?.place ?? node.place)
    return nil
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
