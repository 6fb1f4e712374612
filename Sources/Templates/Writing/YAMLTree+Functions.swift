package import Document

extension YAMLTree {
  /// The same tree with functions written as short tags where YAML allows it.
  ///
  /// A function directly in another keeps its long form: a value has one tag.
  package var withShortTags: YAMLTree { shortened(isCondition: false) }

  /// The same tree with short tags written as maps: `!Ref x` as `Ref: x`.
  package var withLongFunctions: YAMLTree {
    var tree = mapped(\.withLongFunctions)
    guard let name = tag.flatMap(Self.functionName) else { return tree }
    tree.tag = nil
    // Behind a tag every scalar is a text.
    if case .scalar(let scalar) = tree.content, !scalar.isText { tree.content = .scalar(Scalar(scalar.text)) }
    if name == "Fn::GetAtt", let text = tree.scalarText, let dot = text.firstIndex(of: ".") {
      let parts = [String(text[..<dot]), String(text[text.index(after: dot)...])]
      tree.content = .list(parts.map { YAMLTree(.scalar(Scalar($0))) })
    }
    var call = YAMLTree(.map([]))
    call.anchor = tree.anchor
    tree.anchor = nil
    call.remarks.before = tree.remarks.before
    tree.remarks.before = []
    call.content = .map([Member(key: Scalar(name, .plain), value: tree)])
    return call
  }

  private func shortened(isCondition: Bool) -> YAMLTree {
    guard let member = call(isCondition: isCondition), let name = Self.shortName(member.key.text) else {
      return mapped { $0.shortened(isCondition: false) }
    }
    let operandsAreConditions = ["And", "Or", "Not"].contains(name)
    var tree = member.value.mapped { $0.shortened(isCondition: operandsAreConditions) }
    tree.tag = "!" + name
    tree.anchor = anchor
    tree.remarks.before = remarks.before + tree.remarks.before
    tree.remarks.ending += remarks.ending
    if let own = remarks.trailing, tree.remarks.trailing != nil { tree.remarks.before.append(own) }
    tree.remarks.trailing = tree.remarks.trailing ?? remarks.trailing
    if name == "GetAtt", let text = tree.attributeText { tree.content = .scalar(Scalar(text)) }
    // Arguments that are texts read best on one line: `!Select [0, !GetAZs '']`.
    if let items = tree.items, items.allSatisfy({ $0.scalarText != nil && $0.remarks.isEmpty }) {
      tree.isFlow = true
    }
    return tree
  }

  /// The member of a map that is a call in long form and can be a tag: its argument has none of its own.
  private func call(isCondition: Bool) -> Member? {
    guard tag == nil, let members, members.count == 1, let member = members.first,
      FunctionCall.names.contains(member.key.text) || member.key.text == "Condition",
      isCondition || member.key.text != "Condition", member.value.tag == nil, member.value.anchor == nil,
      member.value.call(isCondition: false) == nil
    else { return nil }
    switch member.value.content {
    case .alias: return nil
    case .scalar(let scalar): return scalar.isText ? member : nil
    case .list, .map: return member
    }
  }

  /// `Resource.Attribute` for a list of the two.
  private var attributeText: String? {
    guard let items, items.count == 2, let id = items[0].scalarText, let attribute = items[1].scalarText,
      items.allSatisfy({ $0.tag == nil && $0.remarks.isEmpty }), !id.contains(".")
    else { return nil }
    return "\(id).\(attribute)"
  }

  private static func shortName(_ name: String) -> String? {
    name.hasPrefix("Fn::") ? String(name.dropFirst(4)) : name
  }

  /// The long name of a tag; nil for tags that are no functions, such as `!!str`.
  private static func functionName(_ tag: String) -> String? {
    let name = tag.dropFirst()
    guard let first = name.utf8.first, (0x41...0x5A).contains(first) else { return nil }
    if ["Ref", "Condition"].contains(name) || name.hasPrefix("Fn::") { return String(name) }
    return "Fn::" + name
  }

  private func mapped(_ change: (YAMLTree) -> YAMLTree) -> YAMLTree {
    var tree = self
    switch content {
    case .scalar, .alias: break
    case .list(let items): tree.content = .list(items.map(change))
    case .map(let members):
      tree.content = .map(members.map { Member(key: $0.key, value: change($0.value)) })
    }
    return tree
  }
}
