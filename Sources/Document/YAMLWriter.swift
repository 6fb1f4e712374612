extension Value {
  /// The value as a YAML document in block style, which reads back as the same value.
  package func yamlText() -> String { YAMLTree(self).text }
}

extension Node {
  /// The node as a YAML document in block style, with its short tags.
  package func yamlText() -> String { YAMLTree(self).text }
}

extension YAMLTree {
  /// The tree as a YAML document.
  package var text: String {
    var writer = YAMLWriter()
    writer.document(self)
    return writer.text
  }
}

/// Writes trees, each member on lines of its own but for what fits in brackets on one.
struct YAMLWriter {
  /// How long a key may be without the mark `?` before it; YAML's limit is 1024 characters.
  private static let keyLimit = 1000

  private(set) var text = ""
  /// Whether the text ends with a block whose empty lines at the end count.
  private var endsInOpenBlock = false

  mutating func document(_ tree: YAMLTree) {
    if tree.isMarked { text += "---\n" }
    remarks(Array(tree.remarks.before.drop(while: \.isEmpty)), indent: 0)
    let properties = tree.properties
    text += properties
    let form = YAMLForm(tree, column: properties.count + 1)
    switch form {
    case .nested:
      if !properties.isEmpty || tree.remarks.trailing != nil { endLine(tree, separator: properties) }
      block(tree, indent: 0)
    case .line where form.isEmpty && properties.isEmpty && tree.remarks.trailing == nil:
      remarks(tree.remarks.ending, indent: 0)
    case .line, .block:
      text += properties.isEmpty ? "" : " "
      finish(form, tree, indent: 2)
      remarks(tree.remarks.ending, indent: 0)
    }
  }

  /// Writes the members of a list or map; the cursor is at the start of a line, or, when it `startsInline`,
  /// behind the dash of an item.
  private mutating func block(_ tree: YAMLTree, indent: Int, startsInline: Bool = false) {
    var isInline = startsInline
    for item in tree.items ?? [] {
      member(item, lead: "-", indent: indent, isItem: true, isInline: isInline)
      isInline = false
    }
    for member in tree.members ?? [] {
      self.member(member.value, lead: lead(member.key, indent), indent: indent, isInline: isInline)
      isInline = false
    }
    remarks(tree.remarks.ending, indent: indent)
  }

  private func lead(_ key: YAMLTree.Scalar, _ indent: Int) -> String {
    let text = if case .plain = key.form, !key.text.isEmpty { key.text } else { YAMLQuoting.key(key.text) }
    guard text.utf8.count > Self.keyLimit else { return text + ":" }
    return "? \(text)\n" + String(repeating: " ", count: indent) + ":"
  }

  private mutating func member(
    _ tree: YAMLTree, lead: String, indent: Int, isItem: Bool = false, isInline: Bool = false
  ) {
    let properties = tree.properties
    let form = YAMLForm(tree, column: indent + lead.count + properties.count + 2)
    let startsInline = isItem && form.isNested && properties.isEmpty
    if !isInline {
      remarks(startsInline ? tree.hoistedRemarks : tree.remarks.before, indent: indent)
      text += String(repeating: " ", count: indent)
    }
    endsInOpenBlock = false
    text += lead + (properties.isEmpty ? "" : " " + properties)
    switch form {
    case .nested where startsInline:
      text += " "
      block(tree, indent: indent + 2, startsInline: true)
    case .nested:
      endLine(tree, separator: " ")
      block(tree, indent: indent + 2)
    case .line, .block:
      if !form.isEmpty { text += " " }
      finish(form, tree, indent: indent + 2)
      remarks(tree.remarks.ending, indent: indent)
    }
  }

  /// Writes a value that needs no lines for members, and the comment behind it.
  private mutating func finish(_ form: YAMLForm, _ tree: YAMLTree, indent: Int) {
    switch form {
    case .nested: break
    case .line(let line):
      text += line
      endLine(tree, separator: " ")
    case .block(let header, let lines):
      text += header
      endLine(tree, separator: " ")
      let margin = String(repeating: " ", count: indent)
      for line in lines { text += line.isEmpty ? "\n" : margin + line + "\n" }
      endsInOpenBlock = header.hasSuffix("+")
    }
  }

  private mutating func endLine(_ tree: YAMLTree, separator: String) {
    if let comment = tree.remarks.trailing { text += (separator.isEmpty ? "" : " ") + comment }
    text += "\n"
  }

  private mutating func remarks(_ lines: [String], indent: Int) {
    for line in lines where !line.isEmpty || !(text.isEmpty || endsInOpenBlock || text.hasSuffix("\n\n")) {
      text += line.isEmpty ? "\n" : String(repeating: " ", count: indent) + line + "\n"
      if !line.isEmpty { endsInOpenBlock = false }
    }
  }
}

extension YAMLTree {
  /// The anchor and the tag.
  fileprivate var properties: String {
    guard tag != nil || anchor != nil else { return "" }
    return [anchor.map { "&" + $0 }, tag].compactMap(\.self).joined(separator: " ")
  }

  /// The remarks of a value that begins behind its dash, where there is no room for any.
  fileprivate var hoistedRemarks: [String] {
    var lines = remarks.before + [remarks.trailing].compactMap(\.self)
    if let item = items?.first {
      let startsInline = YAMLForm(item, column: 0).isNested && item.properties.isEmpty
      lines += startsInline ? item.hoistedRemarks : item.remarks.before
    } else if let member = members?.first {
      lines += member.value.remarks.before
    }
    return lines
  }
}
