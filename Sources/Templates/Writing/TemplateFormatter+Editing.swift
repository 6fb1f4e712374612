package import Document
import OrderedCollections

extension TemplateFormatter {
  /// The text with parts of it changed, in its own language; comments and order stay.
  ///
  /// Where only scalars change the layout stays too; else kiln lays the text out.
  ///
  /// - Returns: Nil when one of the parts isn't written in the text itself in a form that can be changed.
  package static func editing(
    _ source: Source, _ edits: [(path: [String], edit: TreeEdit?)]
  ) throws(Diagnostics) -> String? {
    let isJSON = language(of: source) == .json
    let node = try DocumentReader.any(source)
    var tree = isJSON ? YAMLTree(node) : try DocumentReader.yamlTree(source)
    for (path, edit) in edits {
      guard let changed = tree.editing(path, edit) else { return nil }
      tree = changed
    }
    let whole = tree.text
    if let text = scalarsChanged(in: source, node, edits, isJSON: isJSON), says(text, whole) { return text }
    return isJSON ? try convert(Source(name: source.name, text: whole), to: .json).text : whole
  }

  /// The text with nothing but scalars changed in their places; nil when more changes than that.
  private static func scalarsChanged(
    in source: Source, _ node: Node, _ edits: [(path: [String], edit: TreeEdit?)], isJSON: Bool
  ) -> String? {
    var changes: [(place: Place, text: String)] = []
    for (path, edit) in edits {
      var part: Node? = node
      for name in path { part = part?[name] }
      guard let part, let edit, let leaves = part.leaves(of: edit) else { return nil }
      changes += leaves.map { ($0.place, isJSON ? $1.jsonText() : $1.scalarInYAML) }
    }
    var lines = source.text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
      .map(Array.init)
    // From the end on, so that what is changed moves nothing that is still to be.
    changes.sort { one, other in
      let (one, other) = (one.place.start, other.place.start)
      return (one.line, one.column) > (other.line, other.column)
    }
    for (place, text) in changes {
      let (line, start, end) = (place.start.line - 1, place.start.column - 1, place.end.column - 1)
      guard lines.indices.contains(line), 0 <= start, start < end, end <= lines[line].count else {
        return nil
      }
      lines[line].replaceSubrange(start..<end, with: text.unicodeScalars)
    }
    var result = String.UnicodeScalarView()
    for (index, line) in lines.enumerated() {
      if index > 0 { result.append("\n") }
      result.append(contentsOf: line)
    }
    return String(result)
  }

  /// Whether both texts say the same.
  private static func says(_ text: String, _ other: String) -> Bool {
    guard let one = try? DocumentReader.any(Source(name: "", text: text)),
      let two = try? DocumentReader.any(Source(name: "", text: other))
    else { return false }
    return one.withLongFunctions.value == two.withLongFunctions.value
  }
}

extension Value {
  /// A scalar as it can stand anywhere in YAML, in brackets too.
  fileprivate var scalarInYAML: String {
    guard case .string(let text) = self else { return jsonText() }
    let isWord = text.unicodeScalars.allSatisfy {
      $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_./".unicodeScalars.contains($0))
    }
    // Readers of YAML 1.1 take these for something else.
    let words: Set = ["yes", "no", "on", "off", "true", "false", "null", "y", "n"]
    let isSafe = isWord && (text.first?.isLetter ?? false) && !words.contains(text.lowercased())
    return isSafe ? text : jsonText()
  }
}

extension Node {
  /// The scalars that an edit changes, and their new values; nil when it changes more than scalars on one line.
  fileprivate func leaves(of edit: TreeEdit) -> [(node: Node, value: Value)]? {
    switch edit {
    case .keep: return []
    case .set(let value):
      guard scalar != nil, tag == nil, place.start.line == place.end.line, value.map == nil, value.list == nil
      else { return nil }
      return [(self, value)]
    case .items(let wanted):
      guard let items, items.count == wanted.count else { return nil }
      var all: [(node: Node, value: Value)] = []
      for (index, item) in wanted.enumerated() {
        guard case .old(index, let edit) = item, let found = items[index].leaves(of: edit) else { return nil }
        all += found
      }
      return all
    case .members(let wanted):
      guard let entries, entries.count == wanted.count else { return nil }
      var all: [(node: Node, value: Value)] = []
      for entry in entries {
        guard let found = wanted[entry.key].flatMap(entry.value.leaves) else { return nil }
        all += found
      }
      return all
    }
  }
}
