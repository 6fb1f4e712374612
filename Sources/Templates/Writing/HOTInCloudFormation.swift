import Document
import OrderedCollections

/// Writes a template of any language as CloudFormation's.
package struct CloudFormationWriter {
  private let template: Template
  let words = TranslationWords()
  let expressions: CloudFormationExpressionWriter

  private init(_ template: Template) {
    self.template = template
    expressions = CloudFormationExpressionWriter(words)
  }

  /// The template as a tree of CloudFormation; one that was read as such stays as it is.
  package static func document(of template: Template) -> TemplateTranslation {
    guard template.isHeat else { return TemplateTranslation(document: template.document(), diagnostics: []) }
    let writer = CloudFormationWriter(template)
    return TemplateTranslation(document: writer.document(), diagnostics: writer.words.diagnostics)
  }

  private func document() -> Node {
    var tree = NodeTree(template.place)
    tree.add("AWSTemplateFormatVersion", "2010-09-09")
    tree.add("Description", template.description.map(Value.string))
    tree.add("Metadata", interface())
    tree.add("Parameters", section(template.parameters.values.map { ($0.name, $0.place, parameter($0)) }))
    tree.add("Conditions", section(template.conditions.map { ($0, $1.place, expressions.condition($1)) }))
    tree.add("Resources", section(template.resources.values.map { ($0.logicalID, $0.place, resource($0)) }))
    if template.resources.isEmpty {
      words.lose("CloudFormation has no template without resources", at: template.place.atStart)
    }
    tree.add("Outputs", section(template.outputs.values.map { ($0.name, $0.place, output($0)) }))
    return tree.node
  }

  private func section(_ entries: [(String, Place, Node)]) -> Node? {
    if entries.isEmpty { return nil }
    return Node(
      .map(entries.map { Node.Entry(key: $0.0, keyPlace: $0.1, value: $0.2) }), place: template.place)
  }

  /// Groups and labels of parameters, as consoles show them.
  private func interface() -> Node? {
    let labels = template.parameters.values.filter { $0.details.label != nil }
    let groups = template.details.parameterGroups
    if labels.isEmpty, groups.isEmpty { return nil }
    var members: OrderedDictionary<String, Value> = [:]
    if !groups.isEmpty {
      members["ParameterGroups"] = .list(
        groups.map { group in
          [
            "Label": ["default": .string(group.label ?? "")],
            "Parameters": .list(group.parameters.map(Value.string)),
          ]
        })
    }
    if !labels.isEmpty {
      members["ParameterLabels"] = .map(
        OrderedDictionary(
          uniqueKeysWithValues: labels.map { ($0.name, ["default": .string($0.details.label ?? "")]) }))
    }
    return Node(["AWS::CloudFormation::Interface": .map(members)], at: template.place)
  }

  // MARK: - Parameters

  private func parameter(_ parameter: ParameterDefinition) -> Node {
    var tree = NodeTree(parameter.place)
    let details = parameter.details
    tree.add("Type", .string(type(parameter)))
    tree.add("Description", parameter.description.map(Value.string))
    tree.add("Default", parameter.defaultValue.map { text(of: $0, parameter) })
    if parameter.isSecret { tree.add("NoEcho", true) }
    var seen: Set<String> = []
    for constraint in details.constraints { add(constraint, of: parameter, to: &tree, &seen) }
    if let text = details.constraints.lazy.compactMap(\.description).first {
      tree.add("ConstraintDescription", .string(text))
    }
    if details.isImmutable { words.change("CloudFormation has no immutable parameters", at: parameter.place) }
    if !details.tags.isEmpty { words.change("CloudFormation has no tags of parameters", at: parameter.place) }
    return tree.node
  }

  private func type(_ parameter: ParameterDefinition) -> String {
    guard parameter.type == "String" || parameter.type == "CommaDelimitedList" else { return parameter.type }
    for constraint in parameter.details.constraints {
      guard case .custom(let name) = constraint.kind else { continue }
      let types = HOTWriter.cloudTypes.filter { $0.value == name }.keys.sorted()
      guard let type = types.last(where: { $0.hasSuffix("Id") }) ?? types.last else { continue }
      return parameter.type == "String" ? type : "List<\(type)>"
    }
    return parameter.type
  }

  /// Lists and maps as CloudFormation takes them: texts.
  private func text(of value: Value, _ parameter: ParameterDefinition) -> Value {
    switch value {
    case .list(let items) where parameter.type == "CommaDelimitedList":
      .string(items.map { $0.scalarText ?? $0.jsonText() }.joined(separator: ","))
    case .list, .map: .string(value.jsonText())
    default: value
    }
  }

  private func add(
    _ constraint: ParameterConstraint, of parameter: ParameterDefinition, to tree: inout NodeTree,
    _ seen: inout Set<String>
  ) {
    func once(_ key: String, _ value: Value) {
      if seen.insert(key).inserted {
        tree.add(key, value)
      } else {
        words.lose("CloudFormation takes one `\(key)` of a parameter", at: constraint.place)
      }
    }
    func number(_ number: Double) -> Value { Int64(exactly: number).map(Value.integer) ?? .number(number) }
    switch constraint.kind {
    case .length(let range):
      once("MinLength", .integer(Int64(range.lowerBound)))
      if range.upperBound != .max { once("MaxLength", .integer(Int64(range.upperBound))) }
    case .range(let range):
      if range.lowerBound.isFinite { once("MinValue", number(range.lowerBound)) }
      if range.upperBound.isFinite { once("MaxValue", number(range.upperBound)) }
    case .allowedValues(let values): once("AllowedValues", .list(values))
    case .allowedPattern(let pattern): once("AllowedPattern", .string(pattern))
    case .modulo: words.lose("CloudFormation has no constraint `modulo`", at: constraint.place)
    case .custom(let name):
      if HOTWriter.cloudTypes.values.contains(name) { return }
      words.change("CloudFormation can't check `\(name)`", at: constraint.place)
    }
  }

  // MARK: - Resources and outputs

  private func resource(_ resource: ResourceDefinition) -> Node {
    var tree = NodeTree(resource.place)
    tree.add("Type", .string(resource.type))
    tree.add("Description", resource.details.description.map(Value.string))
    tree.add("Condition", resource.condition.map(Value.string))
    if !resource.dependsOn.isEmpty { tree.add("DependsOn", .list(resource.dependsOn.map(Value.string))) }
    if let id = resource.details.externalID {
      words.lose("CloudFormation has no counterpart of external_id", at: id.place)
    }
    if resource.details.templateAddress != nil {
      words.lose(
        "CloudFormation has no template as a type", at: resource.typePlace,
        hint: "use AWS::CloudFormation::Stack")
    }
    if !resource.properties.isEmpty {
      let entries = resource.properties.map { name, value in
        Node.Entry(key: name, keyPlace: value.place, value: expressions.node(value))
      }
      tree.add("Properties", Node(.map(entries), place: resource.place))
    }
    tree.add("Metadata", resource.metadata.map(expressions.node))
    tree.add("UpdatePolicy", resource.updatePolicy.map(expressions.node))
    if resource.deletionPolicy != .delete {
      tree.add("DeletionPolicy", .string(resource.deletionPolicy.rawValue))
    }
    return tree.node
  }

  private func output(_ output: OutputDefinition) -> Node {
    var tree = NodeTree(output.place)
    tree.add("Description", output.description.map(Value.string))
    tree.add("Condition", output.condition.map(Value.string))
    tree.add("Value", expressions.node(output.value))
    return tree.node
  }
}
