import Document

/// What a part of a template with a fixed form can be: policies, the interface, what `cfn-init` reads.
indirect enum NodeSchema: Sendable {
  case text, integer, boolean, any
  case oneOf([String])
  case list(NodeSchema)
  /// A map with these keys only.
  case map([String: NodeSchema])
  /// A map with any keys.
  case mapOf(NodeSchema)
  /// A map with these keys, and others of one form.
  case mapWith([String: NodeSchema], others: NodeSchema)
  case either(NodeSchema, NodeSchema)
}

/// Checks literal nodes against a schema; functions stand for any value.
struct NodeCheck {
  let scan: TemplateScan
  let code: String

  func check(_ node: Node, _ schema: NodeSchema, _ name: String, at place: Place) {
    if let call = FunctionCall(node, isInCondition: false) {
      if call.name == "Fn::If", let items = call.argument.items {
        for branch in items.dropFirst() { check(branch, schema, name, at: branch.place) }
      }
      return
    }
    switch schema {
    case .any: return
    case .text: if node.plainText == nil { wrong(node, "a text", name, place) }
    case .integer: if node.plainText.flatMap({ Int($0) }) == nil { wrong(node, "an integer", name, place) }
    case .boolean:
      if !["true", "false"].contains(node.plainText?.lowercased()) {
        wrong(node, "true or false", name, place)
      }
    case .oneOf(let names): choice(node, names, name, place)
    case .list(let element):
      guard let items = node.items else { return wrong(node, "a list", name, place) }
      for item in items { check(item, element, "an item of \(name)", at: item.place) }
    case .map(let members): map(node, members, nil, name, place)
    case .mapOf(let others): map(node, [:], others, name, place)
    case .mapWith(let members, let others): map(node, members, others, name, place)
    case .either(let first, let second): check(node, first.takes(node) ? first : second, name, at: place)
    }
  }

  private func choice(_ node: Node, _ names: [String], _ name: String, _ place: Place) {
    guard let text = node.plainText else { return wrong(node, "a text", name, place) }
    if names.contains(text) { return }
    scan.error(
      code, "`\(name)` can't be `\(text)`", at: place,
      hint: scan.suggestion(text, names) ?? "it can be \(names.joined(separator: ", "))")
  }

  private func map(
    _ node: Node, _ members: [String: NodeSchema], _ others: NodeSchema?, _ name: String, _ place: Place
  ) {
    guard let entries = node.entries else { return wrong(node, "a map", name, place) }
    for entry in entries {
      if let schema = members[entry.key] ?? others {
        check(entry.value, schema, entry.key, at: entry.valuePlace)
      } else if !entry.key.hasPrefix("Fn::") {
        let known = members.keys.sorted()
        scan.error(
          code, "`\(name)` has no key `\(entry.key)`", at: entry.keyPlace,
          hint: scan.suggestion(entry.key, known) ?? "it can have \(known.joined(separator: ", "))")
      }
    }
  }

  private func wrong(_ node: Node, _ expected: String, _ name: String, _ place: Place) {
    scan.error(code, "`\(name)` must be \(expected), found \(node.kind)", at: place)
  }
}

extension NodeSchema {
  /// Whether a node is of the kind, whatever is in it.
  fileprivate func takes(_ node: Node) -> Bool {
    switch self {
    case .list: node.items != nil
    case .map, .mapOf, .mapWith: node.entries != nil
    case .any: true
    case .either(let first, let second): first.takes(node) || second.takes(node)
    case .text, .integer, .boolean, .oneOf: node.scalar != nil
    }
  }
}
