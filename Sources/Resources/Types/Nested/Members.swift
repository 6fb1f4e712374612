import Document
import OrderedCollections
import StackEngine

/// Resources that a group is made of, as a template of their own.
struct Members {
  struct Member: Hashable {
    var type: Value
    var properties: OrderedDictionary<String, Value>
    var metadata: Value?
    /// The member that must be there before.
    var after: String?
  }

  var members: OrderedDictionary<String, Member> = [:]
  /// Whether a secret is among the properties.
  var isSecret = false

  init() {}

  /// The members that a group's stack was last to have.
  init(of stack: StackRecord) {
    let blueprint = stack.head.blueprint
    let template = try? Value.json(blueprint.templateText)
    let given = blueprint.parameters.values["members"]
    for (name, resource) in template?["resources"]?.map ?? [:] {
      members[name] = Member(
        type: resource["type"] ?? "", properties: given?[name]?["properties"]?.map ?? [:],
        metadata: resource["metadata"] == nil ? nil : given?[name]?["metadata"],
        after: resource["depends_on"]?.string)
    }
  }

  /// The template's text: what members are given is a parameter, so that the text holds no secret.
  var text: String {
    var resources: OrderedDictionary<String, Value> = [:]
    for (name, member) in members {
      let key = Value.string(name)
      var resource: OrderedDictionary<String, Value> = [
        "type": member.type,
        "properties": .map(
          OrderedDictionary(
            uniqueKeysWithValues: member.properties.keys.map { property in
              (property, ["get_param": ["members", key, "properties", .string(property)]])
            })),
      ]
      if member.metadata != nil { resource["metadata"] = ["get_param": ["members", key, "metadata"]] }
      if let after = member.after { resource["depends_on"] = .string(after) }
      resources[name] = .map(resource)
    }
    let template: Value = [
      "heat_template_version": "2021-04-16",
      "parameters": ["members": ["type": "json", "hidden": .bool(isSecret)]],
      "resources": .map(resources),
    ]
    return template.jsonText()
  }

  var parameters: OrderedDictionary<String, Value> {
    let given = members.mapValues { member -> Value in
      .map(["properties": .map(member.properties), "metadata": member.metadata ?? [:]])
    }
    return ["members": .map(given)]
  }

  /// Makes the stack of a resource these members.
  func bring(_ call: ResourceCall, timeout: Duration? = nil) async throws -> StackRecord {
    _ = try await call.step("nested") { .string(call.physicalName) }
    let template = try await call.nested.read(text, named: "\(call.logicalID).members.yaml")
    return try await call.nested.bring(
      call.physicalName, to: template, parameters: parameters, timeout: timeout)
  }
}

extension PhysicalResource {
  /// A group of resources: what each member gives, by attribute, in the order of `names`.
  init(group stack: StackRecord, names: [String], attributesMap: String, listsMap: String?) {
    self.init(id: stack.identity.id, reference: .string(stack.identity.name))
    let members = names.compactMap { name in stack.resources[name]?.physical.map { (name, $0) } }
    var byAttribute: OrderedDictionary<String, OrderedDictionary<String, Value>> = [:]
    for (index, (name, physical)) in members.enumerated() {
      attributes["resource.\(index)"] = physical.reference
      attributes["resource.\(name)"] = physical.reference
      // `Ref` as an attribute is the member's own secret name, not the group's.
      for (attribute, value) in physical.attributes where attribute != "show" && attribute != "Ref" {
        byAttribute[attribute, default: [:]][name] = value
        attributes["resource.\(index).\(attribute)"] = value
        attributes["resource.\(name).\(attribute)"] = value
        guard physical.secretAttributes.contains(attribute) else { continue }
        secretAttributes.formUnion([
          attribute, "resource.\(index).\(attribute)", "resource.\(name).\(attribute)", attributesMap,
        ])
        if let listsMap { secretAttributes.insert(listsMap) }
      }
    }
    for (attribute, values) in byAttribute { attributes[attribute] = .list(Array(values.values)) }
    attributes[attributesMap] = .map(byAttribute.mapValues { .map($0) })
    if let listsMap {
      attributes[listsMap] = .map(byAttribute.mapValues { .list(Array($0.values)) })
    }
    attributes["refs"] = .list(members.map(\.1.reference))
    attributes["refs_map"] = .map(
      OrderedDictionary(uniqueKeysWithValues: members.map { ($0.0, $0.1.reference) }))
    notes["nested"] = .string(stack.identity.name)
  }
}
