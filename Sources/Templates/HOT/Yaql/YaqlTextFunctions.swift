import Document
import OrderedCollections

/// The functions of queries that work on texts.
struct YaqlTextFunctions {
  static let names = [
    "toUpper", "toLower", "len", "count", "join", "split", "rightSplit", "replace", "startsWith", "endsWith",
    "trim", "trimLeft", "trimRight", "substring", "indexOf", "format", "concat", "contains", "matches",
    "toCharArray",
  ]

  private let call: YaqlCall

  init(_ call: YaqlCall) { self.call = call }

  /// Nil when there is no such function.
  func value() throws(YaqlFault) -> Value? {
    switch call.name {
    case "toUpper": return .string(try call.text(0).uppercased())
    case "toLower": return .string(try call.text(0).lowercased())
    case "len", "count": return try length()
    case "join": return try join()
    case "split": return .list(try pieces(fromRight: false))
    case "rightSplit": return .list(try pieces(fromRight: true))
    case "replace": return try replace()
    case "startsWith":
      let text = try call.text(0)
      return .bool(try others().contains(where: text.hasPrefix))
    case "endsWith":
      let text = try call.text(0)
      return .bool(try others().contains(where: text.hasSuffix))
    case "trim", "trimLeft", "trimRight": return .string(try trimmed())
    case "substring": return .string(try substring())
    case "indexOf": return try position()
    case "format": return .string(try format())
    case "concat": return .string(try concatenated())
    case "contains": return .bool(try YaqlOperators.contains(try call.value(0), try call.value(1)))
    case "matches": return .bool(try YaqlPattern.matches(try call.text(1), try call.text(0)))
    case "toCharArray": return .list(try call.text(0).map { .string(String($0)) })
    default: return nil
    }
  }

  private func others() throws(YaqlFault) -> [String] {
    var texts: [String] = []
    for index in 1..<max(1, call.operands.count) { texts.append(try call.text(index)) }
    return texts
  }

  private func length() throws(YaqlFault) -> Value {
    switch try call.value(0) {
    case .string(let text): return .integer(Int64(text.unicodeScalars.count))
    case .list(let items): return .integer(Int64(items.count))
    case .map(let members): return .integer(Int64(members.count))
    case let value: throw YaqlFault("`\(call.name)` needs a list, map or text, found \(value.kind)")
    }
  }

  /// `list.join(separator)` or `separator.join(list)`.
  private func join() throws(YaqlFault) -> Value {
    let isListFirst = try call.value(0).list != nil
    let items = try call.items(isListFirst ? 0 : 1)
    let separator = try call.text(isListFirst ? 1 : 0)
    return .string(items.map(YaqlTypeFunctions.text).joined(separator: separator))
  }

  private func pieces(fromRight: Bool) throws(YaqlFault) -> [Value] {
    let text = try call.text(0)
    let most = try call.optional(2, "maxSplits")?.integer ?? -1
    guard call.has(1, "separator"), case .string(let separator) = try call.value(1, "separator") else {
      return text.split { $0 == " " || $0.isNewline || $0 == "\t" }.map { .string(String($0)) }
    }
    guard !separator.isEmpty else { throw YaqlFault("the separator of `split` is empty") }
    var pieces = text.pieces(between: separator)
    let limit = Int(clamping: most)
    guard most >= 0, pieces.count > limit + 1 else { return pieces.map(Value.string) }
    if fromRight {
      let head = pieces.dropLast(limit).joined(separator: separator)
      pieces = [head] + pieces.suffix(limit)
    } else {
      let tail = pieces.dropFirst(limit).joined(separator: separator)
      pieces = pieces.prefix(limit) + [tail]
    }
    return pieces.map(Value.string)
  }

  /// `replace(old, new)`, or with a map of both.
  private func replace() throws(YaqlFault) -> Value {
    var text = try call.text(0)
    var changes: OrderedDictionary<String, Value> = [:]
    if case .map(let map) = try call.value(1) {
      changes = map
    } else {
      changes[try call.text(1)] = try call.value(2)
    }
    for (old, new) in changes where !old.isEmpty {
      text = text.pieces(between: old).joined(separator: YaqlTypeFunctions.text(new))
      _ = try call.evaluator.bounded(.string(text))
    }
    return .string(text)
  }

  private func trimmed() throws(YaqlFault) -> String {
    let marks = Set(try call.optional(1)?.string ?? " \t\n\r")
    var text = try call.text(0)[...]
    if call.name != "trimRight" { text = text.drop { marks.contains($0) } }
    if call.name != "trimLeft" {
      while let last = text.last, marks.contains(last) { text.removeLast() }
    }
    return String(text)
  }

  private func substring() throws(YaqlFault) -> String {
    let scalars = Array(try call.text(0).unicodeScalars)
    let given = try call.integer(1, "start")
    let start = min(max(0, given < 0 ? scalars.count + given : given), scalars.count)
    let length = try call.optional(2, "length")?.integer ?? -1
    let end = length < 0 ? scalars.count : min(scalars.count, start + Int(clamping: min(length, 1 << 20)))
    var result = String.UnicodeScalarView()
    result.append(contentsOf: scalars[start..<end])
    return String(result)
  }

  private func position() throws(YaqlFault) -> Value {
    if case .list(let items) = try call.value(0) {
      let wanted = try call.value(1)
      return .integer(Int64(items.firstIndex { YaqlOperators.isEqual($0, wanted) } ?? -1))
    }
    let text = try call.text(0)
    guard let found = text.firstRange(of: try call.text(1)) else { return -1 }
    return .integer(Int64(text.unicodeScalars.distance(from: text.startIndex, to: found.lowerBound)))
  }

  /// Python's `{0}`, `{}` and `{{`.
  private func format() throws(YaqlFault) -> String {
    var result = ""
    var rest = try call.text(0)[...]
    var next = 0
    while let character = rest.popFirst() {
      if character == "{" || character == "}", rest.first == character {
        result.append(character)
        rest.removeFirst()
      } else if character == "{" {
        let field = String(rest.prefix { $0 != "}" })
        rest = rest.dropFirst(field.count + 1)
        guard let index = field.isEmpty ? next : Int(field), index >= 0, index < 1_000 else {
          throw YaqlFault("`format` knows `{}` and `{0}`, not `{\(field)}`")
        }
        next += 1
        result += YaqlTypeFunctions.text(try call.value(index + 1))
      } else {
        result.append(character)
      }
      if result.utf8.count > YaqlEvaluator.textLimit { break }
    }
    return result
  }

  private func concatenated() throws(YaqlFault) -> String {
    var result = ""
    for index in call.operands.indices {
      result += try call.text(index)
      if result.utf8.count > YaqlEvaluator.textLimit { break }
    }
    return result
  }
}
