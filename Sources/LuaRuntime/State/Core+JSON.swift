internal import CLua
internal import Document

extension Core {
  /// A value as JSON text, written straight from the stack.
  ///
  /// Maps that remember an order keep it, others are sorted by key, so that the same value always gives the
  /// same text. What isn't data is an error that says where it is.
  func json(_ stack: State, _ index: Int32, indent: Int?) throws(LuaError) -> [UInt8] {
    var writer = LuaJSONWriter(core: self, stack: stack, indent: indent)
    let top = kl_top(stack)
    if writer.write(kl_absolute(stack, index), depth: 0) { return writer.bytes }
    kl_settop(stack, top)
    // The slow way knows the path to what is wrong, and tables that mix what the quick one can't tell.
    return Array(try data(stack, index).jsonText(indent: indent).utf8)
  }
}

/// Writes a value of a stack as JSON; each `write` is false when that takes the slow way.
private struct LuaJSONWriter {
  private enum Limit {
    static let depth = 200
    /// Maps with more members would fill the stack.
    static let stacked = 100_000
  }

  let core: Core
  let stack: State
  let indent: Int?
  private(set) var bytes: [UInt8] = []

  init(core: Core, stack: State, indent: Int?) {
    self.core = core
    self.stack = stack
    self.indent = indent
    bytes.reserveCapacity(1 << 16)
  }

  mutating func write(_ index: Int32, depth: Int) -> Bool {
    switch kl_type(stack, index) {
    case Int32(KL_STRING): return string(index)
    case Int32(KL_TABLE): return table(index, depth)
    case Int32(KL_NUMBER): return number(index)
    case Int32(KL_BOOLEAN): append(kl_boolean(stack, index) ? "true" : "false")
    case Int32(KL_NIL): append("null")
    default:
      guard kl_is_null(stack, index) else { return false }
      append("null")
    }
    return true
  }

  // MARK: - Scalars

  private mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  private mutating func number(_ index: Int32) -> Bool {
    if kl_is_integer(stack, index) {
      let number = kl_integer(stack, index)
      if (0..<10).contains(number) {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number))
      } else {
        bytes.append(contentsOf: String(number).utf8)
      }
      return true
    }
    let number = kl_number(stack, index)
    guard number.isFinite else { return false }
    bytes.append(contentsOf: String(number).utf8)
    return true
  }

  private mutating func string(_ index: Int32) -> Bool {
    var length = 0
    guard let start = kl_text(stack, index, &length) else { return false }
    return string(UnsafeRawBufferPointer(start: start, count: length))
  }

  private mutating func string(_ text: UnsafeRawBufferPointer) -> Bool {
    bytes.append(UInt8(ascii: "\""))
    var start = 0
    var isASCII = true
    for position in 0..<text.count {
      let byte = text[position]
      if byte >= 0x80 { isASCII = false }
      guard byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == 0x7F else { continue }
      bytes.append(contentsOf: text[start..<position])
      escape(byte)
      start = position + 1
    }
    bytes.append(contentsOf: text[start..<text.count])
    bytes.append(UInt8(ascii: "\""))
    return isASCII || String(validating: text, as: UTF8.self) != nil
  }

  private mutating func escape(_ byte: UInt8) {
    switch byte {
    case 0x22, 0x5C:
      bytes.append(0x5C)
      bytes.append(byte)
    case 0x0A: append("\\n")
    case 0x0D: append("\\r")
    case 0x09: append("\\t")
    default:
      let digits = String(byte, radix: 16)
      append("\\u00")
      if digits.utf8.count == 1 { append("0") }
      bytes.append(contentsOf: digits.utf8)
    }
  }

  private mutating func line(_ depth: Int) {
    guard let indent else { return }
    bytes.append(0x0A)
    for _ in 0..<depth * indent { bytes.append(0x20) }
  }

  // MARK: - Tables

  private mutating func table(_ index: Int32, _ depth: Int) -> Bool {
    guard depth < Limit.depth, kl_room(stack, 16) else { return false }
    let top = kl_top(stack)
    if kl_is_list(stack, index) { return list(index, depth) }
    if kl_push_shape(stack, index) {
      defer { kl_settop(stack, top) }
      return shaped(index, depth)
    }
    if kl_length(stack, index) > 0 { return list(index, depth) }
    return map(index, depth)
  }

  /// Items in the order in which they lie in the table, which must be 1, 2, 3.
  private mutating func list(_ index: Int32, _ depth: Int) -> Bool {
    bytes.append(UInt8(ascii: "["))
    var count: Int64 = 0
    kl_push_nil(stack)
    while kl_next(stack, index) {
      count += 1
      let top = kl_top(stack)
      guard kl_is_integer(stack, top - 1), kl_integer(stack, top - 1) == count else { return false }
      if count > 1 { bytes.append(UInt8(ascii: ",")) }
      line(depth + 1)
      guard write(top, depth: depth + 1) else { return false }
      kl_settop(stack, top - 1)
    }
    if count > 0 { line(depth) }
    bytes.append(UInt8(ascii: "]"))
    return true
  }

  private mutating func member(_ key: Int32, _ value: Int32, isFirst: Bool, _ depth: Int) -> Bool {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    line(depth + 1)
    guard kl_type(stack, key) == Int32(KL_STRING), string(key) else { return false }
    bytes.append(UInt8(ascii: ":"))
    if indent != nil { bytes.append(0x20) }
    return write(value, depth: depth + 1)
  }

  /// Members in the order of a shape, which is on top of the stack; those that it lacks take the slow way.
  private mutating func shaped(_ index: Int32, _ depth: Int) -> Bool {
    let shape = kl_top(stack)
    bytes.append(UInt8(ascii: "{"))
    var count = 0
    var position: Int64 = 1
    while kl_get_item(stack, shape, position) != Int32(KL_NIL) {
      position += 1
      kl_copy(stack, -1)
      if kl_get(stack, index) != Int32(KL_NIL) {
        guard member(shape + 1, shape + 2, isFirst: count == 0, depth) else { return false }
        count += 1
      }
      kl_settop(stack, shape)
    }
    guard pairs(index) == count else { return false }
    if count > 0 { line(depth) }
    bytes.append(UInt8(ascii: "}"))
    return true
  }

  private func pairs(_ index: Int32) -> Int {
    var count = 0
    kl_push_nil(stack)
    while kl_next(stack, index) {
      kl_pop(stack, 1)
      count += 1
    }
    return count
  }

  /// Members sorted by their keys; all of them are on the stack meanwhile.
  private mutating func map(_ index: Int32, _ depth: Int) -> Bool {
    let top = kl_top(stack)
    defer { kl_settop(stack, top) }
    var keys: [(text: UnsafeRawBufferPointer, slot: Int32)] = []
    kl_push_nil(stack)
    while kl_next(stack, index) {
      guard keys.count < Limit.stacked, kl_room(stack, 16), kl_type(stack, -2) == Int32(KL_STRING) else {
        return false
      }
      var length = 0
      let slot = kl_top(stack) - 1
      guard let start = kl_text(stack, slot, &length) else { return false }
      keys.append((UnsafeRawBufferPointer(start: start, count: length), slot))
      kl_copy(stack, slot)
    }
    keys.sort { $0.text.precedes($1.text) }
    bytes.append(UInt8(ascii: "{"))
    for (position, key) in keys.enumerated() {
      guard member(key.slot, key.slot + 1, isFirst: position == 0, depth) else { return false }
    }
    if !keys.isEmpty { line(depth) }
    bytes.append(UInt8(ascii: "}"))
    return true
  }
}

extension UnsafeRawBufferPointer {
  fileprivate func precedes(_ other: UnsafeRawBufferPointer) -> Bool {
    for position in 0..<Swift.min(count, other.count) where self[position] != other[position] {
      return self[position] < other[position]
    }
    return count < other.count
  }
}
