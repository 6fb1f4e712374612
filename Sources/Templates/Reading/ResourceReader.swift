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
    guard let entries = scan.entries(of: section, "Resources", code: "E1001") else { return [:] }
    if entries.isEmpty {
      scan.warning("no_resources", "Resources has no resource in it", at: section.place)
    }
    result.reserveCapacity(entries.count)
    for entry in entries {
      if let resource = resource(entry) { result[entry.key] = resource }
    }
    return result
  }

  private func resource(_ entry: Node.Entry) -> ResourceDefinition? {
    if entry.key == "Fn::Transform" {
      _ = reader.expression(Node(.map([entry]), place: entry.value.place))
      return nil
    }
    scan.checkName(entry, "the resource", code: "E3001")
    let body = scan.entries(
      of: entry.value, "the resource `\(entry.key)`", code: "E3001", at: entry.valuePlace)
    guard let body else { return nil }
    var parts = Parts()
    for part in body { note(part, of: entry, &parts) }
    let type = parts.type.flatMap { part in
      typeName(part).map { ($0, part.value.place) }
    }
    if parts.type == nil {
      scan.error(
        "E3001", "the resource `\(entry.key)` has no Type", at: entry.keyPlace,
        hint: "add `Type:` with the resource's type, such as `AWS::EC2::Instance`")
    }
    if let name = type?.0 {
      checkKind(name, parts)
      if name.hasSuffix("::MODULE"), let tags = parts.properties?.value.entry("Tags") {
        scan.warning("E5001", "a module can't have Tags", at: tags.keyPlace)
      }
    }
    return definition(entry, parts, type)
  }

  private func definition(
    _ entry: Node.Entry, _ parts: Parts, _ type: (name: String, place: Place)?
  ) -> ResourceDefinition {
    let policies = PolicyReader(scan: scan)
    let name = type?.name ?? ""
    let properties = properties(parts.properties)
    var terms = ResourceDefinition.Terms()
    terms.dependsOn = dependsOn(parts.dependsOn, entry)
    terms.condition = parts.condition.flatMap(condition)
    terms.metadata = parts.metadata.flatMap { MetadataReader(scan: scan).read($0) }
    terms.deletionPolicy = parts.deletion.flatMap { policies.deletion($0, of: name) } ?? .delete
    terms.updateReplacePolicy = parts.replacement.flatMap { policies.replacement($0, of: name) } ?? .delete
    terms.creationPolicy = parts.creation.flatMap { policies.creation($0, of: name) }
    terms.updatePolicy = parts.update.flatMap { policies.update($0, of: name) }
    return ResourceDefinition(
      logicalID: entry.key, type: name, properties: properties, terms: terms, place: entry.keyPlace,
      typePlace: type?.place ?? entry.keyPlace)
  }

  /// The parts of a resource by their keys.
  private struct Parts {
    var type: Node.Entry?
    var properties: Node.Entry?
    var dependsOn: Node.Entry?
    var condition: Node.Entry?
    var metadata: Node.Entry?
    var creation: Node.Entry?
    var update: Node.Entry?
    var deletion: Node.Entry?
    var replacement: Node.Entry?
    var version: Node.Entry?

    /// Whether there is a part that only some types have.
    var isUnusual: Bool { creation != nil || update != nil || version != nil }
  }

  private func note(_ part: Node.Entry, of entry: Node.Entry, _ parts: inout Parts) {
    switch part.key {
    case "Type": parts.type = part
    case "Properties": parts.properties = part
    case "DependsOn": parts.dependsOn = part
    case "Condition": parts.condition = part
    case "Metadata": parts.metadata = part
    case "CreationPolicy": parts.creation = part
    case "UpdatePolicy": parts.update = part
    case "DeletionPolicy": parts.deletion = part
    case "UpdateReplacePolicy": parts.replacement = part
    case "Version": parts.version = part
    case "Description": break
    default:
      scan.error(
        "E3001", "the resource `\(entry.key)` has no key `\(part.key)`", at: part.keyPlace,
        hint: scan.suggestion(part.key, Self.keys) ?? "it can have \(Self.keys.joined(separator: ", "))")
    }
  }

  /// What custom resources and modules can't have, and others can't.
  private func checkKind(_ type: String, _ parts: Parts) {
    guard parts.isUnusual else { return }
    if type.hasSuffix("::MODULE") { checkModule(parts) }
    guard type.contains("Custom::") || type == "AWS::CloudFormation::CustomResource" else {
      if let version = parts.version {
        scan.warning("E3001", "only a custom resource has a Version", at: version.keyPlace)
      }
      return
    }
    for part in [parts.creation, parts.update].compactMap(\.self) {
      scan.warning("E3001", "a custom resource can't have \(part.key)", at: part.keyPlace)
    }
  }

  private func checkModule(_ parts: Parts) {
    for part in [parts.creation, parts.update].compactMap(\.self) {
      scan.warning("E5001", "a module can't have \(part.key)", at: part.keyPlace)
    }
  }

  private func typeName(_ part: Node.Entry) -> String? {
    if part.value.tag == nil, let value = part.value.scalar, value.string == nil {
      scan.error("E3001", "Type must be a text, found \(value.kind)", at: part.valuePlace)
      return nil
    }
    return scan.text(of: part.value, "Type", code: "E3001", at: part.valuePlace)
  }

  private func condition(_ part: Node.Entry) -> String? {
    guard part.value.tag == nil, part.value.scalar?.string != nil else {
      scan.error("E3001", "Condition must be a text, found \(part.value.kind)", at: part.valuePlace)
      return nil
    }
    return reader.conditionName(part.value, code: "E3015", at: part.valuePlace)
  }

  private func properties(_ part: Node.Entry?) -> OrderedDictionary<String, Expression> {
    guard let part else { return [:] }
    let node = part.value
    if node.tag == nil, node.scalar?.isNull == true { return [:] }
    guard let entries = scan.entries(of: node, "Properties", code: "E3012", at: part.valuePlace) else {
      return [:]
    }
    var result: OrderedDictionary<String, Expression> = [:]
    result.reserveCapacity(entries.count)
    scan.substitutions = Set((node["DefinitionSubstitutions"]?.entries ?? []).map(\.key))
    for entry in entries {
      if entry.key == "Fn::Transform" {
        _ = reader.expression(Node(.map([entry]), place: entry.value.place))
      } else {
        scan.looksForVariables = entry.key != "TemplateBody"
        result[entry.key] = reader.expression(entry.value)
      }
    }
    scan.looksForVariables = false
    return result
  }

  private func dependsOn(_ part: Node.Entry?, _ entry: Node.Entry) -> [String] {
    guard let part else { return [] }
    let items = part.value.tag == nil ? part.value.items : nil
    return (items ?? [part.value]).compactMap { item in
      let place = items == nil ? part.valuePlace : item.place
      guard let name = scan.text(of: item, "DependsOn", code: "E3001", at: place) else { return nil }
      if name == entry.key {
        scan.error("E3005", "the resource `\(name)` depends on itself", at: place)
        return nil
      }
      if scan.resourceTypes[name] != nil { return name }
      scan.error(
        "E3005", "there is no resource `\(name)`", at: place,
        hint: scan.suggestion(name, scan.resourceTypes.keys))
      return nil
    }
  }
}
