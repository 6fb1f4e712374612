import Document
import OrderedCollections

extension HeatEvaluator {
  /// Each name becomes its value, the longest names first, and what came in isn't looked at again.
  func replaceText(
    _ template: Value, _ parameters: Value, _ strictness: HeatFunction.Strictness
  ) throws(Diagnostic) -> Value {
    if template.isNull { return "" }
    guard let text = template.scalarText else {
      throw fault("the template of `str_replace` must be a text, found \(template.kind)")
    }
    guard let members = parameters.map else {
      throw fault("the params of `str_replace` must be a map, found \(parameters.kind)")
    }
    var replacements: [(name: [UInt8], value: [UInt8])] = []
    for (name, value) in members {
      let new = Self.joined(value)
      if strictness == .values, value.isNull || new.isEmpty || value.list == [] || value.map == [:] {
        throw fault("the param `\(name)` has an empty value")
      }
      if !name.isEmpty { replacements.append((Array(name.utf8), Array(new.utf8))) }
    }
    var replacement = TextReplacement(replacements, limit: Self.textLimit)
    guard let result = replacement.apply(to: text) else { throw tooLong("str_replace") }
    let unused = members.keys.filter { !$0.isEmpty && !replacement.used.contains(Array($0.utf8)) }
    if strictness != .none, !unused.isEmpty {
      throw fault("the template doesn't have \(unused.map { "`\($0)`" }.joined(separator: ", "))")
    }
    return .string(result)
  }

  func tooLong(_ name: String) -> Diagnostic {
    fault("`\(name)` would give more than \(Self.textLimit) bytes", hint: "make its values shorter")
  }

  /// Copies of a template, one for each item or combination of items.
  func repetition(_ lists: Value, _ template: Value, _ isNested: Bool) throws(Diagnostic) -> Value {
    guard let members = lists.map else {
      throw fault("the for_each of `repeat` must be a map, found \(lists.kind)")
    }
    var columns: [[Value]] = []
    for (name, list) in members {
      switch list {
      case .list(let items): columns.append(items)
      case .map(let map) where isNested: columns.append(map.keys.map(Value.string))
      case .null: columns.append([])
      case .string(""): columns.append([])
      default: throw fault("`\(name)` of `repeat` must have a list, found \(list.kind)")
      }
    }
    let lengths = Set(columns.map(\.count))
    if !isNested, lengths.count > 1 {
      throw fault("the lists of `repeat` must be equally long without permutations")
    }
    var copies = RepeatedTemplate(names: Array(members.keys), template: template)
    for row in try rows(columns, isNested) {
      guard copies.add(row) else {
        throw fault("`repeat` would give more than \(Self.valueLimit) values or \(Self.textLimit) bytes")
      }
    }
    return .list(copies.result)
  }

  /// The combinations of the columns' items, the last column changing fastest; or the columns' rows.
  private func rows(_ columns: [[Value]], _ isNested: Bool) throws(Diagnostic) -> [[Value]] {
    guard let first = columns.first else { return [] }
    if !isNested { return first.indices.map { index in columns.map { $0[index] } } }
    var rows: [[Value]] = [[]]
    for column in columns {
      guard rows.count * column.count <= Self.valueLimit / 10 else {
        throw fault("`repeat` would give more than \(Self.valueLimit / 10) items")
      }
      rows = rows.flatMap { row in column.map { row + [$0] } }
    }
    return rows
  }
}

/// Replaces names in a text in one pass, the longest first.
struct TextReplacement {
  /// How many bytes are compared at most, roughly.
  private static let workLimit = 1 << 30

  private let values: [[UInt8]: [UInt8]]
  /// The longest first; of equal length those that sort first.
  private let names: [[UInt8]]
  private let limit: Int
  private(set) var used: Set<[UInt8]> = []

  init(_ replacements: [(name: [UInt8], value: [UInt8])], limit: Int) {
    self.limit = limit
    values = Dictionary(replacements.map { ($0.name, $0.value) }) { first, _ in first }
    names = values.keys.sorted { left, right in
      left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count > right.count
    }
  }

  /// Nil when the result would be longer than the limit.
  mutating func apply(to text: String) -> String? {
    let bytes = Array(text.utf8)
    guard bytes.count * max(1, names.count) <= Self.workLimit else { return nil }
    let claims = claims(bytes)
    var result: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      if let name = claims[offset], let value = values[name] {
        used.insert(name)
        result += value
        offset += name.count
      } else {
        result.append(bytes[offset])
        offset += 1
      }
      if result.count > limit { return nil }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Where each name stands: a longer name takes its bytes before a shorter one is looked for.
  private func claims(_ bytes: [UInt8]) -> [Int: [UInt8]] {
    var isTaken = [Bool](repeating: false, count: bytes.count)
    var claims: [Int: [UInt8]] = [:]
    for name in names {
      var offset = 0
      while offset + name.count <= bytes.count {
        let end = offset + name.count
        guard bytes[offset] == name[0], bytes[offset..<end].elementsEqual(name),
          !isTaken[offset..<end].contains(true)
        else {
          offset += 1
          continue
        }
        claims[offset] = name
        for index in offset..<end { isTaken[index] = true }
        offset = end
      }
    }
    return claims
  }
}

/// Makes copies of a template with names replaced in its texts and keys, within bounds.
private struct RepeatedTemplate {
  private let names: [String]
  private let template: Value
  private(set) var result: [Value] = []
  private var values = 0
  private var bytes = 0

  init(names: [String], template: Value) {
    self.names = names
    self.template = template
  }

  /// False when the bounds are reached.
  mutating func add(_ row: [Value]) -> Bool {
    let copy = copy(template, row)
    result.append(copy)
    return values <= HeatEvaluator.valueLimit && bytes <= HeatEvaluator.textLimit
  }

  private mutating func copy(_ value: Value, _ row: [Value]) -> Value {
    values += 1
    if values > HeatEvaluator.valueLimit || bytes > HeatEvaluator.textLimit { return .null }
    switch value {
    case .string(let text):
      // A name that is all of the text gives the item itself, which may be a map or a list.
      if let index = names.firstIndex(of: text), row[index].scalarText == nil { return row[index] }
      return .string(replaced(text, row))
    case .list(let items): return .list(items.map { copy($0, row) })
    case .map(let members):
      var copies: OrderedDictionary<String, Value> = [:]
      for (key, inner) in members { copies[replaced(key, row)] = copy(inner, row) }
      return .map(copies)
    default: return value
    }
  }

  private mutating func replaced(_ text: String, _ row: [Value]) -> String {
    var text = text
    for (name, value) in zip(names, row) where !name.isEmpty {
      let pieces = text.pieces(between: name)
      guard pieces.count > 1 else { continue }
      let new = HeatEvaluator.joined(value)
      if text.utf8.count + pieces.count * new.utf8.count > HeatEvaluator.textLimit {
        bytes = .max / 2
        return ""
      }
      text = pieces.joined(separator: new)
    }
    bytes += text.utf8.count
    return text
  }
}
