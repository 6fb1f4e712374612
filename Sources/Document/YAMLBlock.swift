/// The text of a block scalar as it was written.
struct YAMLBlock {
  /// `|` or `>`, with `-` or `+`; how far it is indented is for the writer to say.
  let header: String
  /// The lines without their margin.
  let lines: [String]

  /// The lines below the header.
  init(lines written: [String], of event: YAMLEvent) {
    let indent = written.first { !$0.isBlankLine }.map(\.leadingSpaces) ?? 0
    let textIndent =
      event.text.split(separator: "\n").first { !$0.isBlankLine }.map(\.leadingSpaces) ?? 0
    let margin = max(0, indent - textIndent)
    var lines = written.map {
      $0.isBlankLine && $0.leadingSpaces <= margin
        ? "" : String(decoding: $0.utf8.dropFirst(margin), as: UTF8.self)
    }
    let ending = Self.chomping(event.text, lines)
    if ending != "+" {
      while lines.last?.isEmpty == true { lines.removeLast() }
    }
    self.lines = lines
    header = (event.style == .folded ? ">" : "|") + ending
  }

  /// What the text's end says of its header: none keeps one line end, `-` none, `+` all.
  private static func chomping(_ text: String, _ lines: [String]) -> String {
    guard text.utf8.last == 0x0A else { return "-" }
    let hasContent = lines.contains { !$0.isEmpty }
    return text.utf8.dropLast().last == 0x0A || !hasContent ? "+" : ""
  }
}

extension StringProtocol {
  fileprivate var leadingSpaces: Int { utf8.prefix { $0 == 0x20 }.count }
  fileprivate var isBlankLine: Bool { utf8.allSatisfy { $0 == 0x20 } }
}
