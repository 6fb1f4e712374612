import Document

/// Regular expressions in queries.
enum YaqlPattern {
  /// A match: the text of it, and those of its groups.
  struct Match {
    let range: Range<Int>
    let groups: [String?]
  }

  /// The functions that a pattern has.
  static func call(_ name: String, _ pattern: String, _ call: YaqlCall) throws(YaqlFault) -> Value {
    switch name {
    case "matches": return .bool(try matches(pattern, try call.text(0)))
    case "search":
      let text = try call.text(0)
      return try search(pattern, in: text).map { .string($0.text(in: text)) } ?? .null
    case "split":
      let text = try call.text(0)
      return .list(try split(text, pattern))
    case "replace": return .string(try replace(pattern, try call.text(0), try call.text(1)))
    default:
      throw YaqlFault(
        "a pattern has no function `\(name)`", hint: "it has matches, search, split and replace")
    }
  }

  /// As YAQL does, from the start of the text, not necessarily to its end.
  static func matches(_ pattern: String, _ text: String) throws(YaqlFault) -> Bool {
    try compiled(pattern).match(Array(text.unicodeScalars), from: 0) != nil
  }

  static func search(_ pattern: String, in text: String) throws(YaqlFault) -> Match? {
    try compiled(pattern).search(Array(text.unicodeScalars), from: 0)
  }

  private static func compiled(_ pattern: String) throws(YaqlFault) -> BoundedPattern {
    do throws(BoundedPattern.Fault) {
      return try BoundedPattern(pattern)
    } catch {
      throw YaqlFault("the pattern `\(pattern)` can't be used: \(error.message)")
    }
  }

  /// The pieces between matches, and as in Python the groups of the matches between them.
  private static func split(_ text: String, _ pattern: String) throws(YaqlFault) -> [Value] {
    let scalars = Array(text.unicodeScalars)
    let compiled = try compiled(pattern)
    var result: [Value] = []
    var start = 0
    var from = 0
    while let match = try compiled.search(scalars, from: from) {
      if match.range.isEmpty {
        from = match.range.upperBound + 1
        if from > scalars.count { break }
        continue
      }
      result.append(.string(String(scalars[start..<match.range.lowerBound])))
      result += match.groups.map { $0.map(Value.string) ?? .null }
      start = match.range.upperBound
      from = start
    }
    result.append(.string(String(scalars[start...])))
    return result
  }

  /// All matches replaced; `\1` stands for a group.
  private static func replace(_ pattern: String, _ text: String, _ new: String) throws(YaqlFault) -> String {
    let scalars = Array(text.unicodeScalars)
    let compiled = try compiled(pattern)
    var result = ""
    var start = 0
    var from = 0
    while from <= scalars.count, let match = try compiled.search(scalars, from: from) {
      result += String(scalars[start..<match.range.lowerBound]) + expanded(new, match)
      start = match.range.upperBound
      from = match.range.isEmpty ? start + 1 : start
      if match.range.isEmpty, start < scalars.count {
        result.unicodeScalars.append(scalars[start])
        start += 1
      }
      guard result.utf8.count <= YaqlEvaluator.textLimit else {
        throw YaqlFault("a text would have more than \(YaqlEvaluator.textLimit) bytes")
      }
    }
    return result + String(scalars[min(start, scalars.count)...])
  }

  private static func expanded(_ new: String, _ match: Match) -> String {
    var result = ""
    var rest = new[...]
    while let character = rest.popFirst() {
      if character == "\\", let digit = rest.first?.wholeNumberValue, (1...match.groups.count).contains(digit)
      {
        result += match.groups[digit - 1] ?? ""
        rest.removeFirst()
      } else {
        result.append(character)
      }
    }
    return result
  }
}

extension YaqlPattern.Match {
  fileprivate func text(in text: String) -> String { String(Array(text.unicodeScalars)[range]) }
}

extension String {
  fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}
