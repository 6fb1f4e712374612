import Document
import OrderedCollections

/// Reads the section Resources.
struct ResourceReader {
  private static let keys = [
    "Type", "Properties", "DependsOn", "Condition", "Metadata", "CreationPolicy", "UpdatePolicy",
    "DeletionPolicy", "UpdateReplacePolicy", "Version", "Description",
  ]

  private let scan: TemplateScan
  private let reader: ExpressionReader

  init(_ scan: TemplateScan) {
    self.scan = scan
    reader = ExpressionReader(scan)
  }

  func read(_ section: Node) -> OrderedDictionary<String, ResourceDefinition> {
    var result: OrderedDictionary<String, ResourceDefinition> = [:]
    guard let entries = scan.entries(of: section, "Resources", code: "E3001") else { return [:] }
    if entries.isEmpty { scan.warning("E3001", "Resources has no resource in it", at: section.place) }
    for entry in entries {
      if let resource = resource(entry) { result[entry.key] = resource }
    }
    return result
  }

  private func resource(_ entry: Node.Entry) -> ResourceDefinition? {
    if entry.key.hasPrefix("Fn::ForEach::") || entry.key == "Fn::Transform" {
      scan.error("function_not_supported", "kiln doesn't have `\(entry.key)` yet", at: entry.keyPlace)
      return nil
    }
    scan.checkName(entry, "the resource", code: "E3001")
    let what = "the resource `\(entry.key)`"
    guard let body = scan.entries(of: entry.value, what, code: "E3001") else { return nil }
    scan.check(body, known: Self.keys, in: what, code: "E3001")
    let node = entry.value
    let type = type(entry)
    let deletion = policy(node["DeletionPolicy"], "DeletionPolicy", code: "E3035")
    let replacement = policy(node["UpdateReplacePolicy"], "UpdateReplacePolicy", code: "E3036")
    return ResourceDefinition(
      logicalID: entry.key, type: type?.name ?? "", properties: properties(node["Properties"]),
      dependsOn: dependsOn(node["DependsOn"], entry),
      condition: node["Condition"].flatMap { reader.conditionName($0, code: "E3015") },
      metadata: node["Metadata"].flatMap(metadata),
      deletionPolicy: deletion ?? .delete, updateReplacePolicy: replacement ?? .delete,
      creationPolicy: node["CreationPolicy"].flatMap { policyBody($0, "CreationPolicy", code: "E3055") },
      updatePolicy: node["UpdatePolicy"].flatMap { policyBody($0, "UpdatePolicy", code: "E3016") },
      place: entry.keyPlace, typePlace: type?.place ?? entry.keyPlace)
  }

  private func type(_ entry: Node.Entry) -> (name: String, place: Place)? {
    guard let node = entry.value["Type"] else {
      scan.error(
        "E3001", "the resource `\(entry.key)` has no Type", at: entry.keyPlace,
        hint: "add `Type:` with the resource's type, such as `AWS::EC2::Instance`")
      return nil
    }
    return scan.text(of: node, "Type", code: "E3001").map { ($0, node.place) }
  }

  private func properties(_ node: Node?) -> OrderedDictionary<String, Expression> {
    guard let node, let entries = scan.entries(of: node, "Properties", code: "E3001") else { return [:] }
    var result: OrderedDictionary<String, Expression> = [:]
    for entry in entries {
      if entry.key == "Fn::Transform" || entry.key.hasPrefix("Fn::ForEach::") {
        scan.error("function_not_supported", "kiln doesn't have `\(entry.key)` yet", at: entry.keyPlace)
      } else {
        result[entry.key] = reader.expression(entry.value)
      }
    }
    return result
  }

  private func metadata(_ node: Node) -> Expression? {
    guard scan.entries(of: node, "Metadata", code: "E3028") != nil else { return nil }
    return reader.expression(node)
  }

  private func policyBody(_ node: Node, _ name: String, code: String) -> Expression? {
    guard node.entries != nil else {
      scan.error(code, "\(name) must be a map, found \(node.kind)", at: node.place)
      return nil
    }
    return reader.expression(node)
  }

  private func policy(_ node: Node?, _ name: String, code: String) -> ResourceDefinition.DeletionPolicy? {
    guard let node, let text = scan.text(of: node, name, code: code) else { return nil }
    if let policy = ResourceDefinition.DeletionPolicy(rawValue: text) { return policy }
    let names = ["Delete", "Retain", "RetainExceptOnCreate", "Snapshot"]
    scan.error(
      code, "\(name) can't be `\(text)`", at: node.place,
      hint: scan.suggestion(text, names) ?? "it can be \(names.joined(separator: ", "))")
    return nil
  }

  private func dependsOn(_ node: Node?, _ entry: Node.Entry) -> [String] {
    guard let node else { return [] }
    return (node.tag == nil ? node.items ?? [node] : [node]).compactMap { item in
      guard let name = scan.text(of: item, "DependsOn", code: "E3005") else { return nil }
      if scan.resourceTypes[name] != nil { return name }
      scan.error(
        "E3005", "there is no resource `\(name)`", at: item.place,
        hint: scan.suggestion(name, scan.resourceTypes.keys))
      return nil
    }
  }
}
