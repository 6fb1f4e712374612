import Document
import OrderedCollections
import Templates

/// The tables that `scripts/facts` made; its head says what is in them.
final class FactTables: Sendable {
  let words = LineTable([wordTable1, wordTable2])
  let lists = LineTable([listTable1])
  let shapes = LineTable([shapeTable1, shapeTable2])
  let heat = LineTable([heatTable1])
  let aws = LineTable([awsTable1])

  /// The schema in a table's row.
  func schema(_ name: String, in table: LineTable) -> ResourceSchema? {
    guard let row = table.row(name) else { return nil }
    var cursor = FactCursor(
      row.dropFirst(name.utf8.count + 1), self, changesByMark: row.baseAddress == heat.row(name)?.baseAddress)
    let shape = cursor.shape()
    cursor.skip()
    let attributes = list(cursor.number())
    cursor.skip()
    return ResourceSchema(shape: shape, attributes: attributes, identifier: list(cursor.number()))
  }

  func list(_ number: Int) -> [String] {
    var cursor = FactCursor(lists[number][...], self)
    var result: [String] = []
    while !cursor.isAtEnd { result.append(words.text(cursor.number())) }
    return result
  }

  /// Members change in place by their mark in Heat's view; in CloudFormation's all do that aren't marked.
  func content(ofShape number: Int, changesByMark: Bool) -> Shape.Content {
    var cursor = FactCursor(shapes[number][...], self, changesByMark: changesByMark)
    return cursor.content()
  }
}

/// Reads a line of a table.
struct FactCursor {
  private var rest: Slice<UnsafeBufferPointer<UInt8>>
  private let tables: FactTables
  private let changesByMark: Bool

  init(_ line: Slice<UnsafeBufferPointer<UInt8>>, _ tables: FactTables, changesByMark: Bool = true) {
    rest = line
    self.tables = tables
    self.changesByMark = changesByMark
  }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func skip() { rest = rest.dropFirst() }

  private mutating func take(_ byte: Character) -> Bool {
    guard rest.first == byte.asciiValue else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// A number in letters: capitals, then a small one.
  mutating func number() -> Int {
    var result = 0
    while let byte = rest.popFirst() {
      if byte >= 0x61 { return result * 26 + Int(byte) - 0x61 }
      result = result * 26 + Int(byte) - 0x41
    }
    return result
  }

  private mutating func word() -> String { tables.words.text(number()) }

  mutating func shape() -> Shape {
    let number = number()
    return Shape { [tables, changesByMark] in
      tables.content(ofShape: number, changesByMark: changesByMark)
    }
  }

  mutating func content() -> Shape.Content {
    let isOpen = take("?")
    var properties: OrderedDictionary<String, ResourceSchema.Property> = [:]
    while let byte = rest.first, byte != UInt8(ascii: ";") { properties[word()] = property() }
    skip()
    var rules: [ShapeRule] = []
    while let rule = rule() { rules.append(rule) }
    return Shape.Content(properties: properties, rules: rules, isOpen: isOpen)
  }

  private mutating func property() -> ResourceSchema.Property {
    let isRequired = take("*")
    let isReadOnly = take(".")
    let replaces = take("^")
    let changes = take("+")
    let isImplemented = !take("!")
    let (kind, limits) = value()
    return ResourceSchema.Property(
      kind, isRequired: isRequired, updatesInPlace: changesByMark ? changes : !replaces,
      isReadOnly: isReadOnly,
      limits: limits, isImplemented: isImplemented)
  }

  private mutating func value() -> (ResourceSchema.Kind, ValueLimits?) {
    let kind: ResourceSchema.Kind
    switch rest.popFirst() {
    case UInt8(ascii: "s"): kind = .string
    case UInt8(ascii: "i"): kind = .integer
    case UInt8(ascii: "n"): kind = .number
    case UInt8(ascii: "b"): kind = .boolean
    case UInt8(ascii: "l"): kind = .list(element())
    case UInt8(ascii: "m"): kind = .mapOf(element())
    case UInt8(ascii: "h"): kind = .map(shape())
    default: kind = .json
    }
    return (kind, limits(kind))
  }

  private mutating func element() -> ResourceSchema.Kind {
    let (kind, limits) = value()
    skip()
    return limits.map { .limited(kind, $0) } ?? kind
  }

  private mutating func limits(_ kind: ResourceSchema.Kind) -> ValueLimits? {
    var limits = ValueLimits()
    var isLimited = false
    while let byte = rest.first {
      switch byte {
      case UInt8(ascii: ":"): bounds(&limits)
      case UInt8(ascii: "/"):
        skip()
        limits.pattern = word()
      case UInt8(ascii: "="), UInt8(ascii: "~"):
        skip()
        limits.ignoresCase = byte == UInt8(ascii: "~")
        limits.allowedValues = tables.list(number()).map { allowed($0, kind) }
      case UInt8(ascii: "@"):
        skip()
        limits.formats.append(word())
      case UInt8(ascii: "#"):
        skip()
        limits.itemsAreUnique = true
      case UInt8(ascii: "|"):
        skip()
        limits.acceptsText = true
      default: return isLimited ? limits : nil
      }
      isLimited = true
    }
    return isLimited ? limits : nil
  }

  private func allowed(_ text: String, _ kind: ResourceSchema.Kind) -> Value {
    switch kind {
    case .integer: Int64(text).map(Value.integer) ?? .string(text)
    case .number: Double(text).map(Value.number) ?? .string(text)
    case .boolean: .bool(text == "true")
    default: .string(text)
    }
  }

  private mutating func bounds(_ limits: inout ValueLimits) {
    skip()
    limits.least = decimal(until: ",")
    limits.most = decimal(until: ";")
  }

  private mutating func decimal(until end: Character) -> Double? {
    let text = rest.prefix { $0 != end.asciiValue }
    rest = rest.dropFirst(text.count + 1)
    return Double(String(decoding: text, as: UTF8.self))
  }

  private mutating func rule() -> ShapeRule? {
    switch rest.popFirst() {
    case UInt8(ascii: "x"): return .exactlyOne(tables.list(number()))
    case UInt8(ascii: "o"): return .atLeastOne(tables.list(number()))
    case UInt8(ascii: "O"): return .exactlyOneGroup(groups())
    case UInt8(ascii: "A"): return .atLeastOneGroup(groups())
    case UInt8(ascii: "r"):
      let name = word()
      return .needs(name, others: tables.list(number()))
    case UInt8(ascii: "e"):
      let name = word()
      return .excludes(name, others: tables.list(number()))
    default: return nil
    }
  }

  private mutating func groups() -> [[String]] {
    let count = number()
    var result: [[String]] = []
    for _ in 0..<count { result.append(tables.list(number())) }
    return result
  }
}
