package import Document
import OrderedCollections

/// A template in another language, and what of it that language can't say.
package struct TemplateTranslation: Sendable {
  package let document: Node
  /// Errors where something is lost, warnings where something is said otherwise.
  package let diagnostics: [Diagnostic]
}

/// Writes a template of any language as one of Heat's own (HOT, version 2021-04-16).
package struct HOTWriter {
  private let template: Template
  private let root: Node
  let words: TranslationWords
  let expressions: HOTExpressionWriter

  private init(_ template: Template) {
    self.template = template
    root = template.document()
    words = TranslationWords()
    expressions = HOTExpressionWriter(template, words)
  }

  /// The template as a tree of HOT; one that was read from HOT stays as it is.
  package static func document(of template: Template) -> TemplateTranslation {
    if template.isHeat { return TemplateTranslation(document: template.document(), diagnostics: []) }
    let writer = HOTWriter(template)
    return TemplateTranslation(document: writer.document(), diagnostics: writer.words.diagnostics)
  }

  private func document() -> Node {
    let place = template.place
    var tree = NodeTree(place)
    tree.add("heat_template_version", .string(HOTVersion.wallaby.rawValue))
    tree.add("description", template.description.map(Value.string))
    tree.add("parameter_groups", groups())
    tree.add(
      "parameters",
      section(template.parameters.values.map { ($0.name, $0.place, parameter($0)) } + mappings()))
    tree.add("conditions", section(template.conditions.map { ($0, $1.place, expressions.condition($1)) }))
    tree.add("resources", section(template.resources.values.map { ($0.logicalID, $0.place, resource($0)) }))
    tree.add("outputs", section(template.outputs.values.map { ($0.name, $0.place, output($0)) }))
    for name in ["Rules", "Transform", "Hooks"] {
      guard let entry = root.entry(name) else { continue }
      words.lose("HOT has no section for `\(name)`", at: entry.keyPlace)
    }
    if let entry = root.entry("Metadata") {
      words.change("HOT has no metadata of templates; they are left out", at: entry.keyPlace)
    }
    return tree.node
  }

  private func section(_ entries: [(String, Place, Node)]) -> Node? {
    if entries.isEmpty { return nil }
    let place = template.place
    return Node(.map(entries.map { Node.Entry(key: $0.0, keyPlace: $0.1, value: $0.2) }), place: place)
  }

  private func groups() -> Node? {
    if template.details.parameterGroups.isEmpty { return nil }
    let place = template.place
    return Node(
      .list(
        template.details.parameterGroups.map { group in
          var tree = NodeTree(place)
          tree.add("label", group.label.map(Value.string))
          tree.add("description", group.description.map(Value.string))
          tree.add("parameters", .list(group.parameters.map(Value.string)))
          return tree.node
        }), place: place)
  }

  // MARK: - Parameters

  private func parameter(_ parameter: ParameterDefinition) -> Node {
    var tree = NodeTree(parameter.place)
    let (type, constraint) = Self.type(parameter.type)
    if parameter.type.hasPrefix("AWS::SSM::Parameter::Value<") {
      words.change(
        "HOT looks up no stored value: `\(parameter.name)` takes the value itself", at: parameter.place)
    }
    tree.add("type", .string(type))
    tree.add("label", parameter.details.label.map(Value.string))
    tree.add("description", parameter.description.map(Value.string))
    tree.add("default", parameter.defaultValue)
    if parameter.isSecret { tree.add("hidden", true) }
    if parameter.details.isImmutable { tree.add("immutable", true) }
    if !parameter.details.tags.isEmpty { tree.add("tags", .list(parameter.details.tags.map(Value.string))) }
    tree.add("schema", parameter.details.schema)
    let constraints = constraints(parameter) + (constraint.map { [["custom_constraint": .string($0)]] } ?? [])
    if !constraints.isEmpty { tree.add("constraints", .list(constraints)) }
    return tree.node
  }

  /// A type in HOT's words, and the custom constraint that says the rest of it.
  private static func type(_ name: String) -> (String, String?) {
    if let type = HOTParameterReader.types.first(where: { $0.value == name })?.key { return (type, nil) }
    let isList = ParameterType(name)?.isList == true
    let inner = name.drop { $0 != "<" }.dropFirst().dropLast()
    let thing = inner.isEmpty ? name : String(inner)
    return (isList ? "comma_delimited_list" : thing == "Number" ? "number" : "string", cloudTypes[thing])
  }

  static let cloudTypes = [
    "AWS::EC2::Image::Id": "glance.image", "AWS::EC2::Instance::Id": "nova.server",
    "AWS::EC2::KeyPair::KeyName": "nova.keypair", "AWS::EC2::SecurityGroup::Id": "neutron.security_group",
    "AWS::EC2::SecurityGroup::GroupName": "neutron.security_group",
    "AWS::EC2::Subnet::Id": "neutron.subnet", "AWS::EC2::Volume::Id": "cinder.volume",
    "AWS::EC2::VPC::Id": "neutron.network", "AWS::Route53::HostedZone::Id": "designate.zone",
  ]

  private func constraints(_ parameter: ParameterDefinition) -> [Value] {
    var kinds = parameter.details.constraints.map { ($0.kind, $0.description) }
    if kinds.isEmpty {
      let text = parameter.constraintDescription
      if let length = parameter.length { kinds.append((.length(length), text)) }
      if let range = parameter.range { kinds.append((.range(range), text)) }
      if let allowed = parameter.allowedValues { kinds.append((.allowedValues(allowed), text)) }
      if let pattern = parameter.allowedPattern { kinds.append((.allowedPattern(pattern), text)) }
    }
    return kinds.map { kind, description in
      var members = Self.members(kind)
      if let description { members["description"] = .string(description) }
      return .map(members)
    }
  }

  private static func members(_ kind: ParameterConstraint.Kind) -> OrderedDictionary<String, Value> {
    func bounds(_ low: Value?, _ high: Value?) -> Value {
      var members: OrderedDictionary<String, Value> = [:]
      if let low { members["min"] = low }
      if let high { members["max"] = high }
      return .map(members)
    }
    func number(_ number: Double) -> Value { Int64(exactly: number).map(Value.integer) ?? .number(number) }
    switch kind {
    case .length(let range):
      let high = range.upperBound == .max ? Value?.none : .integer(Int64(range.upperBound))
      return ["length": bounds(.integer(Int64(range.lowerBound)), high)]
    case .range(let range):
      let low = range.lowerBound.isFinite ? number(range.lowerBound) : Value?.none
      return ["range": bounds(low, range.upperBound.isFinite ? number(range.upperBound) : Value?.none)]
    case .modulo(let step, let offset): return ["modulo": ["step": number(step), "offset": number(offset)]]
    case .allowedValues(let values): return ["allowed_values": .list(values)]
    case .allowedPattern(let pattern): return ["allowed_pattern": .string(pattern)]
    case .custom(let name): return ["custom_constraint": .string(name)]
    }
  }

  /// HOT has no mappings: each becomes a parameter of type json, whose default holds it.
  private func mappings() -> [(String, Place, Node)] {
    template.mappings.map { name, rows in
      let place = root["Mappings"]?.entry(name)?.keyPlace ?? template.place
      if template.parameters[name] != nil {
        words.lose("HOT has no mappings, and a parameter has the name `\(name)` already", at: place)
      } else {
        words.change("HOT has no mappings: `\(name)` is a parameter of type json", at: place)
      }
      var tree = NodeTree(place)
      tree.add("type", "json")
      tree.add("default", .map(rows.mapValues { .map($0) }))
      return (name, place, tree.node)
    }
  }

  // MARK: - Resources and outputs

  private func resource(_ resource: ResourceDefinition) -> Node {
    var tree = NodeTree(resource.place)
    tree.add("type", .string(resource.details.writtenType ?? resource.type))
    tree.add("description", resource.details.description.map(Value.string))
    tree.add("condition", resource.condition.map(Value.string))
    if !resource.dependsOn.isEmpty { tree.add("depends_on", .list(resource.dependsOn.map(Value.string))) }
    tree.add("external_id", resource.details.externalID.map(expressions.node))
    if !resource.properties.isEmpty {
      let entries = resource.properties.compactMap { name, value in
        expressions.optional(value).map { Node.Entry(key: name, keyPlace: value.place, value: $0) }
      }
      tree.add("properties", Node(.map(entries), place: resource.place))
    }
    tree.add("metadata", resource.metadata.map(expressions.node))
    tree.add("update_policy", resource.updatePolicy.map(expressions.node))
    addPolicies(of: resource, to: &tree)
    return tree.node
  }

  private func addPolicies(of resource: ResourceDefinition, to tree: inout NodeTree) {
    switch resource.deletionPolicy {
    case .delete: break
    case .retain: tree.add("deletion_policy", "retain")
    case .snapshot: tree.add("deletion_policy", "snapshot")
    case .retainExceptOnCreate:
      words.change("HOT has no RetainExceptOnCreate; it is written as retain", at: resource.place)
      tree.add("deletion_policy", "retain")
    }
    if resource.updateReplacePolicy != .delete {
      words.lose("HOT has no counterpart of UpdateReplacePolicy", at: resource.place)
    }
    if let policy = resource.creationPolicy {
      words.lose(
        "HOT has no counterpart of CreationPolicy", at: policy.place, hint: "use OS::Heat::WaitCondition")
    }
  }

  private func output(_ output: OutputDefinition) -> Node {
    var tree = NodeTree(output.place)
    tree.add("description", output.description.map(Value.string))
    tree.add("condition", output.condition.map(Value.string))
    tree.add("value", expressions.node(output.value))
    if let name = output.exportName {
      words.lose("HOT has no exports", at: name.place, hint: "read the output of the stack instead")
    }
    return tree.node
  }
}

extension Template {
  /// The template as text in HOT, and what HOT can't say of it.
  package func hotText() -> (text: String, diagnostics: [Diagnostic]) {
    let translation = HOTWriter.document(of: self)
    return (translation.document.yamlText(), translation.diagnostics)
  }
}
