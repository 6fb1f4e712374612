extension Value {
  /// The value as a YAML document in block style, which reads back as the same value.
  package func yamlText() -> String {
    var writer = YAMLWriter()
    writer.document(YAMLTree(self))
    return writer.text
  }
}

extension Node {
  /// The node as a YAML document in block style, with its short tags.
  package func yamlText() -> String {
    var writer = YAMLWriter()
    writer.document(YAMLTree(self))
    return writer.text
  }
}

/// What the writer writes: a value whose parts may have tags.
private struct YAMLTree {
  indirect enum Content {
    case scalar(Value)
    case list([YAMLTree])
    case map([(key: String, value: YAMLTree)])
  }

  let content: Content
  let tag: String?

  init(_ value: Value) {
    tag = nil
    switch value {
    case .list(let items): content = .list(items.map { YAMLTree($0) })
    case .map(let members): content = .map(members.map { (key: $0.key, value: YAMLTree($0.value)) })
    default: content = .scalar(value)
    }
  }

  init(_ node: Node) {
    tag = node.tag
    switch node.content {
    case .list(let items): content = .list(items.map { YAMLTree($0) })
    case .map(let entries): content = .map(entries.map { (key: $0.key, value: YAMLTree($0.value)) })
    case .scalar(let value): content = .scalar(value)
    }
  }

  /// Whether it goes behind the key or dash on the same line.
  var isInline: Bool {
    switch content {
    case .scalar: true
    case .list(let items): items.isEmpty
    case .map(let members): members.isEmpty
    }
  }
}

private struct YAMLWriter {
  private(set) var text = ""

  mutating func document(_ tree: YAMLTree) {
    if tree.isInline {
      if let tag = tree.tag { text += "!\(tag) " }
      inline(tree, indent: 0)
    } else {
      if let tag = tree.tag { text += "!\(tag)\n" }
      block(tree, indent: 0)
    }
  }

  /// Writes the members of a list or map, each on a line of its own; the cursor is at the start of a line.
  private mutating func block(_ tree: YAMLTree, indent: Int, startsInline: Bool = false) {
    var isFirst = startsInline
    func margin() -> String {
      defer { isFirst = false }
      return isFirst ? "" : String(repeating: " ", count: indent)
    }
    switch tree.content {
    case .scalar: inline(tree, indent: indent)
    case .list(let items):
      for item in items {
        text += margin() + "-"
        member(item, indent: indent, isItem: true)
      }
    case .map(let members):
      for (key, value) in members {
        text += margin() + YAMLQuoting.key(key) + ":"
        member(value, indent: indent, isItem: false)
      }
    }
  }

  private mutating func member(_ tree: YAMLTree, indent: Int, isItem: Bool) {
    if let tag = tree.tag { text += " !\(tag)" }
    if tree.isInline {
      text += " "
      inline(tree, indent: indent + 2)
    } else if isItem, tree.tag == nil {
      text += " "
      block(tree, indent: indent + 2, startsInline: true)
    } else {
      text += "\n"
      block(tree, indent: indent + 2)
    }
  }

  private mutating func inline(_ tree: YAMLTree, indent: Int) {
    switch tree.content {
    case .list: text += "[]\n"
    case .map: text += "{}\n"
    case .scalar(.string(let string)): text += YAMLQuoting.scalar(string, indent: indent) + "\n"
    case .scalar(.number(let number)): text += YAMLQuoting.number(number) + "\n"
    case .scalar(let value): text += (value.scalarText ?? "null") + "\n"
    }
  }
}
