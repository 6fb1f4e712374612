import Document
import OrderedCollections

/// Reads the section `resources`.
struct HOTResourceReader {
  private static let keys = [
    "type", "properties", "metadata", "depends_on", "deletion_policy", "update_policy", "description",
  ]
  private static let laterKeys = ["external_id", "condition"]
  private static let policies: OrderedDictionary<String, ResourceDefinition.DeletionPolicy> = [
    "Delete": .delete, "Retain": .retain, "Snapshot": .snapshot, "delete": .delete, "retain": .retain,
    "snapshot": .snapshot,
  ]

  private let hot: HOTScan
  private let types: HOTTypes
  private let reader: HOTExpressionReader
  private var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan, _ types: HOTTypes) {
    self.hot = hot
    self.types = types
    reader = HOTExpressionReader(hot, types)
  }

  func read(_ section: Node) -> OrderedDictionary<String, ResourceDefinition> {
    var result: OrderedDictionary<String, ResourceDefinition> = [:]
    let entries = scan.entries(of: section, "resources", code: "E3001") ?? []
    result.reserveCapacity(entries.count)
    for entry in entries {
      if let resource = resource(entry) { result[entry.key] = resource }
    }
    return result
  }

  private func resource(_ entry: Node.Entry) -> ResourceDefinition? {
    let what = "the resource `\(entry.key)`"
    if entry.key.isEmpty || entry.key.contains("/") {
      scan.error("E3001", "a resource's name can't be empty or have a `/` in it", at: entry.keyPlace)
    }
    guard let body = scan.entries(of: entry.value, what, code: "E3001") else { return nil }
    scan.check(body, known: Self.keys + Self.laterKeys, in: what, code: "E3001")
    for member in body where Self.laterKeys.contains(member.key) && hot.version < .newton {
      scan.error(
        "hot_version", "\(member.key) came with \(HOTVersion.newton.words)", at: member.keyPlace,
        hint: "write `heat_template_version: \(HOTVersion.newton.rawValue)` or later")
    }
    let node = entry.value
    let typePlace = type(entry)
    let meaning = types.meanings[entry.key]
    let properties = properties(node["properties"])
    var terms = ResourceDefinition.Terms()
    terms.dependsOn = dependsOn(node["depends_on"])
    terms.condition = node["condition"].flatMap { reader.conditionName($0, code: "E3015") }
    terms.metadata = map(node["metadata"], "metadata", code: "E3028")
    terms.deletionPolicy = policy(node["deletion_policy"]) ?? .delete
    terms.updatePolicy = map(node["update_policy"], "update_policy", code: "E3016")
    terms.details = details(node, meaning)
    return ResourceDefinition(
      logicalID: entry.key, type: meaning?.type ?? "", properties: properties, terms: terms,
      place: entry.keyPlace, typePlace: typePlace ?? entry.keyPlace)
  }

  private func details(_ node: Node, _ meaning: HOTTypes.Meaning?) -> ResourceDetails {
    var details = ResourceDetails()
    details.description = node["description"].flatMap { scan.text(of: $0, "description", code: "E3001") }
    details.externalID = node["external_id"].map(reader.expression)
    details.templateAddress = meaning?.address
    if let written = node["type"]?.plainText, written != meaning?.type { details.writtenType = written }
    return details
  }

  private func type(_ entry: Node.Entry) -> Place? {
    guard let node = entry.value["type"] else {
      scan.error(
        "E3001", "the resource `\(entry.key)` has no type", at: entry.keyPlace,
        hint: "add `type:` with the resource's type, such as `OS::Nova::Server`")
      return nil
    }
    return scan.text(of: node, "type", code: "E3001").map { _ in node.place }
  }

  private func properties(_ node: Node?) -> OrderedDictionary<String, Expression> {
    guard let node, node.scalar?.isNull != true,
      let entries = scan.entries(of: node, "properties", code: "E3001")
    else { return [:] }
    var result: OrderedDictionary<String, Expression> = [:]
    for entry in entries { result[entry.key] = reader.expression(entry.value) }
    return result
  }

  /// A map, or a function that gives one.
  private func map(_ node: Node?, _ name: String, code: String) -> Expression? {
    guard let node, node.scalar?.isNull != true else { return nil }
    guard scan.entries(of: node, name, code: code) != nil else { return nil }
    return reader.expression(node)
  }

  private func policy(_ node: Node?) -> ResourceDefinition.DeletionPolicy? {
    guard let node, let text = policyText(node) else { return nil }
    guard let policy = Self.policies[text] else {
      scan.error(
        "E3035", "deletion_policy can't be `\(text)`", at: node.place,
        hint: scan.suggestion(text, Self.policies.keys) ?? "it can be delete, retain, snapshot")
      return nil
    }
    if text.first?.isLowercase == true, hot.version < .newton {
      scan.error(
        "hot_version", "policies in lower case came with \(HOTVersion.newton.words)", at: node.place,
        hint: "write `\(policy.rawValue)`")
    }
    return policy
  }

  /// The policy's name; that of a parameter's default when a parameter gives it.
  private func policyText(_ node: Node) -> String? {
    guard node.entries != nil, case .parameter(let name) = reader.expression(node).kind else {
      return scan.text(of: node, "deletion_policy", code: "E3035")
    }
    guard let text = scan.parameters[name]?.defaultValue?.string else {
      scan.error(
        "E3035", "deletion_policy needs a parameter with a default", at: node.place,
        hint: "what is deleted must be known before values are given")
      return nil
    }
    scan.warning(
      "policy_by_parameter", "deletion_policy is that of the parameter's default, `\(text)`", at: node.place)
    return text
  }

  private func dependsOn(_ node: Node?) -> [String] {
    guard let node, node.scalar?.isNull != true else { return [] }
    return (node.items ?? [node]).compactMap { item in
      guard let name = scan.text(of: item, "depends_on", code: "E3005") else { return nil }
      if scan.resourceTypes[name] != nil { return name }
      scan.error(
        "E3005", "there is no resource `\(name)`", at: item.place,
        hint: scan.suggestion(name, scan.resourceTypes.keys))
      return nil
    }
  }
}

/// Reads the section `outputs`.
struct HOTOutputReader {
  private let hot: HOTScan
  private let reader: HOTExpressionReader
  private var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan, _ types: HOTTypes) {
    self.hot = hot
    reader = HOTExpressionReader(hot, types)
  }

  func read(_ section: Node) -> OrderedDictionary<String, OutputDefinition> {
    var result: OrderedDictionary<String, OutputDefinition> = [:]
    for entry in scan.entries(of: section, "outputs", code: "E6001") ?? [] {
      if let output = output(entry) { result[entry.key] = output }
    }
    return result
  }

  private func output(_ entry: Node.Entry) -> OutputDefinition? {
    let what = "the output `\(entry.key)`"
    guard let body = scan.entries(of: entry.value, what, code: "E6001") else { return nil }
    scan.check(body, known: ["value", "description", "condition"], in: what, code: "E6001")
    if let condition = entry.value.entry("condition"), hot.version < .newton {
      scan.error("hot_version", "conditions came with \(HOTVersion.newton.words)", at: condition.keyPlace)
    }
    guard let value = entry.value["value"] else {
      scan.error("E6002", "\(what) has no value", at: entry.keyPlace, hint: "add `value:`")
      return nil
    }
    return OutputDefinition(
      name: entry.key,
      description: entry.value["description"].flatMap { scan.text(of: $0, "description", code: "E6001") },
      value: reader.expression(value),
      condition: entry.value["condition"].flatMap { reader.conditionName($0, code: "E6005") },
      place: entry.keyPlace)
  }
}

/// Reads the section `conditions` into the scan.
struct HOTConditionReader {
  private let hot: HOTScan

  init(_ hot: HOTScan) { self.hot = hot }

  func read(_ section: Node) {
    var graph = Graph<String>()
    for entry in hot.scan.entries(of: section, "conditions", code: "E8001") ?? [] {
      let expression = HOTExpressionReader(hot, HOTTypes()).condition(entry.value, code: "E8001")
      hot.conditions[entry.key] = expression
      graph.add(entry.key)
      for name in expression.conditionNames { graph.add(entry.key, needs: name) }
    }
    for cycle in graph.cycles {
      let place = section.entry(cycle[0])?.keyPlace ?? section.place
      hot.scan.error("E8007", "conditions need each other: \(cycle.joined(separator: " → "))", at: place)
    }
  }
}
