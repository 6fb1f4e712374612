/// Reads JSON and YAML texts into nodes that know their places.
package enum DocumentReader {
  /// The largest text that is read, in bytes.
  package static let sizeLimit = 32 << 20
  /// How many lists and maps may stand inside each other.
  package static let depthLimit = 256

  /// Reads strict JSON (RFC 8259).
  package static func json(_ source: Source) throws(Diagnostics) -> Node {
    try checkSize(source)
    return try JSONNodeReader.read(source)
  }

  /// Reads one YAML document: 1.1 as CloudFormation takes it.
  ///
  /// Only `true` and `false` are booleans, dates and numbers with leading zeros stay text, short tags are
  /// kept in the nodes, aliases and merge keys are resolved.
  package static func yaml(_ source: Source) throws(Diagnostics) -> Node {
    try checkSize(source)
    return try YAMLReader.read(source)
  }

  /// Reads one YAML document as it is written: with comments, anchors and styles, to write it anew.
  package static func yamlTree(_ source: Source) throws(Diagnostics) -> YAMLTree {
    try checkSize(source)
    return try YAMLTreeReader.read(source)
  }

  /// Reads JSON when the text starts with `{` or `[`, else YAML.
  ///
  /// A text that starts with a brace but is YAML's flow style is read as YAML when it is no JSON; when it is
  /// neither, the errors are JSON's.
  package static func any(_ source: Source) throws(Diagnostics) -> Node {
    guard looksLikeJSON(source.text) else { return try yaml(source) }
    do {
      return try json(source)
    } catch {
      guard error.items.allSatisfy({ $0.code == "invalid_json" }), let node = try? yaml(source) else {
        throw error
      }
      return node
    }
  }

  /// Whether a text starts as JSON does.
  package static func looksLikeJSON(_ text: String) -> Bool {
    let first = text.utf8.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  private static func checkSize(_ source: Source) throws(Diagnostics) {
    guard source.text.utf8.count > sizeLimit else { return }
    throw Diagnostics(
      Diagnostic(
        "too_large", "\(source.name) has \(source.text.utf8.count) bytes, more than \(sizeLimit)",
        hint: "split it into several documents"))
  }
}
