/// What the comment above a function or a class of Lua says, in LuaCATS' annotations.
package struct LuaComment: Sendable, Hashable {
  /// A parameter, a result or a field.
  package struct Item: Sendable, Hashable {
    package let name: String
    package let type: String
    /// One sentence; may be empty.
    package let summary: String
  }

  /// The first paragraph, on one line.
  package private(set) var summary = ""
  /// The paragraphs after the first.
  package private(set) var more: [String] = []
  package private(set) var parameters: [Item] = []
  package private(set) var returns: [Item] = []
  package internal(set) var fields: [Item] = []
  /// The lines of the example.
  package private(set) var usage: [String] = []
  package private(set) var awaits = false
  /// The class that the table below it is.
  package private(set) var className: String?
  package private(set) var parentName: String?

  /// Reads lines that begin with three dashes.
  package init(_ lines: some Sequence<Substring>) {
    var paragraphs: [String] = [""]
    for line in lines {
      let text = line.dropFirst(3)
      let words = text.drop { $0 == " " }
      if words.hasPrefix("@") {
        read(words.dropFirst())
      } else if words.isEmpty {
        paragraphs.append("")
      } else {
        paragraphs[paragraphs.count - 1] += (paragraphs[paragraphs.count - 1].isEmpty ? "" : " ") + words
      }
    }
    summary = paragraphs[0]
    more = paragraphs.dropFirst().filter { !$0.isEmpty }
  }

  private mutating func read(_ annotation: Substring) {
    let tag = annotation.prefix { $0 != " " }
    let rest = annotation.dropFirst(tag.count + 1)
    switch tag {
    case "usage": usage.append(String(rest))
    case "async": awaits = true
    case "class":
      let names = rest.split { $0 == ":" || $0 == " " }.map(String.init)
      (className, parentName) = (names.first, names.dropFirst().first)
    case "param", "field":
      let name = rest.prefix { $0 != " " }
      let (type, summary) = Self.type(rest.dropFirst(name.count + 1))
      let item = Item(name: String(name), type: type, summary: summary)
      if tag == "param" { parameters.append(item) } else { fields.append(item) }
    case "return":
      let (type, tail) = Self.type(rest)
      let name = tail.prefix { $0 != " " }
      returns.append(
        Item(name: String(name), type: type, summary: String(tail.dropFirst(name.count).drop { $0 == " " })))
    default: break
    }
  }

  /// The type at the start of a text, which may have brackets with spaces in them, and what follows it.
  private static func type(_ text: Substring) -> (type: String, rest: String) {
    var depth = 0
    let end =
      text.indices.first { index in
        switch text[index] {
        case "{", "<", "(": depth += 1
        case "}", ">", ")": depth -= 1
        default: break
        }
        return depth == 0 && text[index] == " "
      } ?? text.endIndex
    return (String(text[..<end]), String(text[end...].drop { $0 == " " }))
  }
}
