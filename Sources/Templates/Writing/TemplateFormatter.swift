package import Document

/// Writes the text of a template anew, in its own language or in the other.
package enum TemplateFormatter {
  package enum Language: String, Sendable, CaseIterable {
    case json, yaml
  }

  /// How functions are written in YAML.
  package enum Functions: String, Sendable, CaseIterable {
    /// As they are.
    case keep
    /// As tags, where YAML allows it: `!Ref x`.
    case short
    /// As maps: `Ref: x`.
    case long
  }

  /// A text, and what is to say about it.
  package struct Result: Sendable {
    package let text: String
    package let notes: [Diagnostic]
  }

  /// The language that a text is written in.
  package static func language(of source: Source) -> Language {
    guard DocumentReader.looksLikeJSON(source.text) else { return .yaml }
    return (try? DocumentReader.json(source)) == nil && (try? DocumentReader.yaml(source)) != nil
      ? .yaml : .json
  }

  /// The text in its own language, laid out as kiln lays out; a comment is never lost.
  package static func format(
    _ source: Source, functions: Functions = .keep
  ) throws(Diagnostics) -> String {
    try convert(source, to: language(of: source), functions: functions).text
  }

  /// The text in a language.
  package static func convert(
    _ source: Source, to language: Language, functions: Functions = .short
  ) throws(Diagnostics) -> Result {
    let node = try DocumentReader.any(source)
    let isYAML = Self.language(of: source) == .yaml
    switch language {
    case .json:
      let notes = isYAML ? lostComments(try DocumentReader.yamlTree(source)) : []
      return Result(text: node.withLongFunctions.jsonText(indent: 2) + "\n", notes: notes)
    case .yaml:
      let tree = isYAML ? try DocumentReader.yamlTree(source) : YAMLTree(node)
      let text = written(tree, functions, isHOT: node["heat_template_version"] != nil).text
      try check(text, against: node, source)
      return Result(text: text, notes: [])
    }
  }

  /// HOT has no short tags.
  private static func written(_ tree: YAMLTree, _ functions: Functions, isHOT: Bool) -> YAMLTree {
    switch functions {
    case .short where !isHOT: tree.withShortTags
    case .long: tree.withLongFunctions
    case .keep, .short: tree
    }
  }

  private static func lostComments(_ tree: YAMLTree) -> [Diagnostic] {
    let count = tree.comments.count
    guard count > 0 else { return [] }
    return [
      Diagnostic(
        .note, "comments_lost", "\(count) comment\(count == 1 ? " is" : "s are") left out: JSON has none",
        hint: "keep the YAML file, or put what matters into Metadata")
    ]
  }

  /// What was written must say what was read; a template is too dear to be changed by its formatter.
  private static func check(_ text: String, against node: Node, _ source: Source) throws(Diagnostics) {
    let written = try? DocumentReader.yaml(Source(name: source.name, text: text))
    guard written?.withLongFunctions.value != node.withLongFunctions.value else { return }
    throw Diagnostics(
      Diagnostic(
        "not_written", "\(source.name) has something that kiln can't write anew without changing it",
        at: node.place, hint: "please report this with the file"))
  }
}
