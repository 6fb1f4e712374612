/// A value as it is written in YAML: with comments, empty lines between groups, anchors, tags and styles.
///
/// What programs work on is `Node` and `Value`; this is for writing a text anew.
package struct YAMLTree: Sendable {
  package indirect enum Content: Sendable {
    case scalar(Scalar)
    /// What an anchor elsewhere names.
    case alias(String)
    case list([YAMLTree])
    case map([Member])
  }

  package struct Member: Sendable {
    package var key: Scalar
    package var value: YAMLTree

    package init(key: Scalar, value: YAMLTree) {
      self.key = key
      self.value = value
    }
  }

  package struct Scalar: Sendable {
    package enum Form: Sendable {
      /// Without quotes, as it was written: every reader takes it as it took it before.
      case plain
      /// A text, which gets quotes where it needs them.
      case text
      /// A block with its header (`|`, `>-`) and the lines below, without their margin.
      case block(header: String, lines: [String])
    }

    package var text: String
    package var form: Form

    package init(_ text: String, _ form: Form = .text) {
      self.text = text
      self.form = form
    }

    /// Whether readers take it as a text, not as a number, a boolean or null.
    package var isText: Bool {
      guard case .plain = form else { return true }
      if case .string = YAMLScalar.plain(text) { return true }
      return false
    }
  }

  /// What is written around a value and says nothing to programs.
  package struct Remarks: Sendable {
    /// The comments above, each on a line of its own; an empty text is an empty line.
    package var before: [String] = []
    /// The comment behind, on the same line.
    package var trailing: String?
    /// The comments inside, below the last member.
    package var ending: [String] = []

    package init() {}
  }

  package var content: Content
  /// The tag with its `!`.
  package var tag: String?
  package var anchor: String?
  /// Whether a list or map is written on one line, in brackets, where it fits.
  package var isFlow = false
  package var remarks = Remarks()
  /// Whether `---` stands above; of a document only.
  package var isMarked = false

  package init(_ content: Content, tag: String? = nil) {
    self.content = content
    self.tag = tag
  }

  package init(_ value: Value) {
    switch value {
    case .list(let items): self.init(.list(items.map { YAMLTree($0) }))
    case .map(let members):
      self.init(.map(members.map { Member(key: Scalar($0.key), value: YAMLTree($0.value)) }))
    case .string(let text): self.init(.scalar(Scalar(text)))
    case .number(let number): self.init(.scalar(Scalar(YAMLQuoting.number(number), .plain)))
    default: self.init(.scalar(Scalar(value.scalarText ?? "null", .plain)))
    }
  }

  package init(_ node: Node) {
    switch node.content {
    case .list(let items): self.init(.list(items.map { YAMLTree($0) }))
    case .map(let entries):
      self.init(.map(entries.map { Member(key: Scalar($0.key), value: YAMLTree($0.value)) }))
    case .scalar(let value):
      self.init(value)
      if case .number = value, let written = node.written, !written.isEmpty,
        YAMLScalar.plain(written) == value
      {
        content = .scalar(Scalar(written, .plain))
      }
    }
    tag = node.tag.map { "!" + $0 }
  }

  /// The text of a scalar; nil of lists, maps and aliases.
  package var scalarText: String? { if case .scalar(let scalar) = content { scalar.text } else { nil } }
  package var items: [YAMLTree]? { if case .list(let items) = content { items } else { nil } }
  package var members: [Member]? { if case .map(let members) = content { members } else { nil } }

  /// Every comment in it, in the order of writing.
  package var comments: [String] {
    var result = remarks.before + [remarks.trailing].compactMap(\.self)
    for item in items ?? members?.map(\.value) ?? [] { result += item.comments }
    return (result + remarks.ending).filter { !$0.isEmpty }
  }
}
