import Document
import OrderedCollections
import StackEngine

@testable import Templates

/// Reads the few forms of templates that these tests use: `Ref`, `Fn::GetAtt` and literals.
enum TestTemplate {
  static let reader: Engine.Reader = { source in
    TemplateReading(template: try? read(source), diagnostics: [])
  }

  static func make(_ text: String) throws -> Template { try read(Source(name: "test.json", text: text)) }

  private static func read(_ source: Source) throws -> Template {
    let root = try DocumentReader.json(source)
    var resources: OrderedDictionary<String, ResourceDefinition> = [:]
    let names = Set((root["Resources"]?.entries ?? []).map(\.key))
    for entry in root["Resources"]?.entries ?? [] {
      resources[entry.key] = resource(entry, names)
    }
    var parameters: OrderedDictionary<String, ParameterDefinition> = [:]
    for entry in root["Parameters"]?.entries ?? [] { parameters[entry.key] = parameter(entry) }
    var outputs: OrderedDictionary<String, OutputDefinition> = [:]
    for entry in root["Outputs"]?.entries ?? [] {
      outputs[entry.key] = OutputDefinition(
        name: entry.key, description: nil, value: expression(entry.value, names), exportName: nil,
        condition: nil, place: entry.keyPlace)
    }
    return Template(
      source: source, description: nil, parameters: parameters, mappings: [:], conditions: [:],
      resources: resources, outputs: outputs, metadata: nil)
  }

  private static func parameter(_ entry: Node.Entry) -> ParameterDefinition {
    ParameterDefinition(
      name: entry.key, type: "String", description: nil, defaultValue: entry.value["Default"]?.value,
      isSecret: entry.value["NoEcho"]?.value.bool ?? false, allowedValues: nil, allowedPattern: nil,
      constraintDescription: nil, length: nil, range: nil, place: entry.keyPlace)
  }

  private static func resource(_ entry: Node.Entry, _ names: Set<String>) -> ResourceDefinition {
    let node = entry.value
    var properties: OrderedDictionary<String, Expression> = [:]
    for property in node["Properties"]?.entries ?? [] {
      properties[property.key] = expression(property.value, names)
    }
    let dependsOn = node["DependsOn"]?.items?.compactMap { $0.value.string } ?? []
    var dependencies = OrderedSet(dependsOn)
    for property in properties.values { gather(property, &dependencies) }
    func policy(_ name: String) -> ResourceDefinition.DeletionPolicy {
      node[name]?.value.string.flatMap(ResourceDefinition.DeletionPolicy.init) ?? .delete
    }
    return ResourceDefinition(
      logicalID: entry.key, type: node["Type"]?.value.string ?? "", properties: properties,
      dependsOn: dependsOn, condition: nil, metadata: node["Metadata"].map { expression($0, names) },
      deletionPolicy: policy("DeletionPolicy"), updateReplacePolicy: policy("UpdateReplacePolicy"),
      creationPolicy: nil, updatePolicy: nil, place: entry.keyPlace,
      typePlace: node["Type"]?.place ?? entry.keyPlace, dependencies: dependencies)
  }

  private static func gather(_ expression: Expression, _ found: inout OrderedSet<String>) {
    switch expression.kind {
    case .resource(let id), .attribute(let id, _): found.append(id)
    case .list(let items): for item in items { gather(item, &found) }
    case .map(let members): for member in members { gather(member.value, &found) }
    default: break
    }
  }

  private static func expression(_ node: Node, _ names: Set<String>) -> Expression {
    switch node.content {
    case .scalar(let value): return Expression(.literal(value), at: node.place)
    case .list(let items):
      return Expression(.list(items.map { expression($0, names) }), at: node.place)
    case .map(let entries):
      if entries.count == 1, entries[0].key == "Ref", let name = entries[0].value.value.string {
        return Expression(names.contains(name) ? .resource(name) : .parameter(name), at: node.place)
      }
      if entries.count == 1, entries[0].key == "Fn::GetAtt", let items = entries[0].value.value.list {
        return Expression(
          .attribute(logicalID: items[0].string ?? "", name: items[1].string ?? ""), at: node.place)
      }
      return Expression(.map(entries.map { ($0.key, expression($0.value, names)) }), at: node.place)
    }
  }
}
