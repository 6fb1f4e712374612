import Document
import OrderedCollections
import Templates

extension Rule {
  static let uniquenessRules: [Rule] = [
    Rule("E3019", .error, "resources of one type have different names", .template) { context in
      IdentifierCheck(context).check()
    }
  ]
}

/// E3019: what tells resources of a type apart, where templates give it.
private struct IdentifierCheck {
  /// A resource with its names where these conditions hold.
  private struct Named {
    let resource: Outline.Resource
    let conditions: [String: Bool]
  }

  private static let choiceLimit = 16
  /// With how many of the same name each is compared at most.
  private static let comparisonLimit = 8

  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() {
    var known: [String: [Named]] = [:]
    var said: Set<String> = []
    for resource in context.outline.resources {
      guard let names = identifier(resource.type) else { continue }
      for (text, conditions) in texts(of: resource, names) {
        let key = resource.type + "\n" + text
        let named = Named(resource: resource, conditions: conditions)
        let others = known[key] ?? []
        if others.count < Self.comparisonLimit { known[key, default: []].append(named) }
        let met = others.first { $0.resource !== resource && canMeet($0, named) }
        guard let other = met?.resource else { continue }
        for item in [other, resource] where said.insert(item.id).inserted {
          report(item, item === resource ? other : resource, names)
        }
      }
    }
  }

  /// The names of the properties that identify; nil when the cloud gives one of them.
  private func identifier(_ type: String) -> [String]? {
    guard let schema = context.schema(type) else { return nil }
    let names = type == "AWS::CodeBuild::Project" ? ["Name"] : schema.identifier
    guard !names.isEmpty else { return nil }
    return names.allSatisfy { schema.properties[$0]?.isReadOnly == false } ? names : nil
  }

  private func texts(
    of resource: Outline.Resource, _ names: [String]
  ) -> [(text: String, conditions: [String: Bool])] {
    guard let properties = resource.properties else { return [] }
    var conditions: [String: Bool] = [:]
    if let condition = resource.condition { conditions[condition] = true }
    return maps(properties, conditions, depth: 0).flatMap { texts(of: $0.node, names, $0.conditions) }
  }

  /// The maps that the properties can be when an `Fn::If` chooses them as a whole.
  private func maps(
    _ node: Node, _ conditions: [String: Bool], depth: Int
  ) -> [(node: Node, conditions: [String: Bool])] {
    guard depth < 8, let call = FunctionCall(node, isInCondition: false), call.name == "Fn::If",
      let items = call.argument.items, items.count == 3, let condition = items[0].scalar?.string
    else { return [(node, conditions)] }
    return [(items[1], true), (items[2], false)].flatMap { item, truth in
      conditions[condition] == !truth
        ? [] : maps(item, conditions.merging([condition: truth]) { own, _ in own }, depth: depth + 1)
    }
  }

  private func texts(
    of properties: Node, _ names: [String], _ conditions: [String: Bool]
  ) -> [(text: String, conditions: [String: Bool])] {
    var made = [(text: "", conditions: conditions)]
    for name in names {
      guard let node = properties[name] else { return [] }
      let choices = choices(node)
      made = made.flatMap { state in
        choices.compactMap { choice in
          if choice.conditions.contains(where: { state.conditions[$0.key] == !$0.value }) { return nil }
          return (
            state.text + "\n" + choice.text, state.conditions.merging(choice.conditions) { own, _ in own }
          )
        }
      }
      if made.count > Self.choiceLimit { return [] }
    }
    return made
  }

  /// The values that a node can be, with the conditions that decide; those that are absent are left out.
  private func choices(_ node: Node) -> [(text: String, conditions: [String: Bool])] {
    guard let call = FunctionCall(node, isInCondition: false) else { return [(text(node), [:])] }
    if call.name == "Ref", call.argument.scalar?.string == "AWS::NoValue" { return [] }
    guard call.name == "Fn::If", let items = call.argument.items, items.count == 3,
      let condition = items[0].scalar?.string
    else { return [(call.name + text(call.argument), [:])] }
    return [(items[1], true), (items[2], false)].flatMap { item, truth in
      choices(item).map { ($0.text, $0.conditions.merging([condition: truth]) { _, own in own }) }
    }
  }

  private func text(_ node: Node) -> String {
    if let call = FunctionCall(node, isInCondition: false) { return call.name + text(call.argument) }
    switch node.content {
    case .scalar(let value): return value.jsonText()
    case .list(let items): return "[" + items.map(text).joined(separator: ",") + "]"
    case .map(let entries):
      return "{" + entries.map { $0.key + ":" + text($0.value) }.joined(separator: ",") + "}"
    }
  }

  private func canMeet(_ one: Named, _ other: Named) -> Bool {
    if one.conditions.contains(where: { other.conditions[$0.key] == !$0.value }) { return false }
    return context.outline.worlds.isReachable(one.conditions.merging(other.conditions) { own, _ in own })
  }

  private func report(_ resource: Outline.Resource, _ other: Outline.Resource, _ names: [String]) {
    let list = names.map { "`\($0)`" }.joined(separator: " and ")
    let entry = names.count == 1 ? resource.properties?.entry(names[0]) : nil
    context.report(
      at: entry?.keyPlace ?? resource.entry.value.entry("Properties")?.keyPlace ?? resource.entry.keyPlace,
      "`\(resource.id)` and `\(other.id)` have the same \(list)",
      hint: "give one another name, or leave the name to the cloud",
      notes: [.init("the other", at: other.entry.keyPlace)])
  }
}
