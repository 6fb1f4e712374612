/// How a value is written behind its key or dash.
enum YAMLForm {
  /// The widest line with a list or map in brackets, in characters.
  private static let width = 100

  /// On the same line.
  case line(String)
  /// As a block scalar.
  case block(header: String, lines: [String])
  /// With each member on lines of its own.
  case nested

  /// Whether nothing stands behind the key: an empty scalar is null.
  var isEmpty: Bool { if case .line(let line) = self { line.isEmpty } else { false } }
  var isNested: Bool { if case .nested = self { true } else { false } }

  /// The form of a value that begins at a column, counted from 0.
  init(_ tree: YAMLTree, column: Int) {
    switch tree.content {
    case .alias(let name): self = .line("*" + name)
    case .scalar(let scalar): self.init(scalar)
    case .list(let items) where items.isEmpty: self = .line("[]")
    case .map(let members) where members.isEmpty: self = .line("{}")
    case .list, .map:
      if tree.isFlow, let text = Self.flow(tree, room: Self.width - column) {
        self = .line(text)
      } else {
        self = .nested
      }
    }
  }

  private init(_ scalar: YAMLTree.Scalar) {
    switch scalar.form {
    case .plain: self = .line(scalar.text)
    case .text: self = YAMLQuoting.block(scalar.text) ?? .line(YAMLQuoting.scalar(scalar.text))
    case .block(let header, let lines):
      let first = lines.first { !$0.utf8.allSatisfy { $0 == 0x20 } } ?? lines.first ?? ""
      let needsIndent =
        first.utf8.first == 0x20 || first.utf8.first == 0x09 || lines.first?.utf8.first == 0x20
      let indicator = needsIndent ? "2" : ""
      self = .block(header: header.prefix(1) + indicator + header.dropFirst(), lines: lines)
    }
  }

  // MARK: - Flow style

  /// The value in brackets; nil when it doesn't fit, or has something in it that needs lines of its own.
  private static func flow(_ tree: YAMLTree, room: Int) -> String? {
    guard let text = flowContent(tree, room: room), text.count <= room else { return nil }
    return text
  }

  private static func flowContent(_ tree: YAMLTree, room: Int) -> String? {
    switch tree.content {
    case .alias(let name): return "*\(name) "
    case .scalar(let scalar): return flow(scalar, isKey: false)
    case .list(let items):
      guard items.count <= room, let parts = all(items, { flowMember($0, room: room) }) else { return nil }
      return "[" + parts.joined(separator: ", ") + "]"
    case .map(let members):
      guard members.count <= room else { return nil }
      let parts = all(members) { member -> String? in
        guard let key = flow(member.key, isKey: true), let value = flowMember(member.value, room: room)
        else { return nil }
        return "\(key): \(value)"
      }
      return parts.map { "{" + $0.joined(separator: ", ") + "}" }
    }
  }

  private static func flowMember(_ tree: YAMLTree, room: Int) -> String? {
    guard tree.remarks.isEmpty, let text = flowContent(tree, room: room), text.count <= room else {
      return nil
    }
    return [tree.anchor.map { "&" + $0 }, tree.tag, text].compactMap(\.self).joined(separator: " ")
  }

  private static func flow(_ scalar: YAMLTree.Scalar, isKey: Bool) -> String? {
    let hasFlowMark = scalar.text.utf8.contains { ",[]{}".utf8.contains($0) }
    switch scalar.form {
    case .block: return nil
    case .plain: return hasFlowMark ? nil : scalar.text
    case .text:
      if !isKey, YAMLQuoting.block(scalar.text) != nil { return nil }
      return hasFlowMark ? YAMLQuoting.quoted(scalar.text) : YAMLQuoting.scalar(scalar.text)
    }
  }

  /// The parts of all, or nil when one has none.
  private static func all<Element>(
    _ elements: [Element], _ part: (Element) -> String?
  ) -> [String]? {
    var parts: [String] = []
    for element in elements {
      guard let part = part(element) else { return nil }
      parts.append(part)
    }
    return parts
  }
}

extension YAMLTree.Remarks {
  /// Whether there is no comment, and no empty line that would be lost.
  package var isEmpty: Bool { trailing == nil && ending.isEmpty && before.allSatisfy(\.isEmpty) }
}
