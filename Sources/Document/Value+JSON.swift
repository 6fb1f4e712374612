import OrderedCollections

extension Value {
  /// Reads JSON without places, for what servers answer.
  ///
  /// The last of several equal keys wins.
  package static func json(_ bytes: [UInt8]) throws(Diagnostics) -> Value {
    let result = bytes.withUnsafeBufferPointer { (buffer) -> Result<Value, JSONFault> in
      var reader = JSONValueReader(buffer)
      return reader.document()
    }
    do throws(JSONFault) {
      return try result.get()
    } catch {
      let text = String(decoding: bytes.prefix(4096), as: UTF8.self)
      let source = Source(name: "JSON", text: text)
      let start = error.offset <= 4000 ? source.position(ofByte: error.offset) : nil
      let place = start.map { start in
        Place(
          source: source, start: start, end: Position(line: start.line, column: start.column + error.length))
      }
      throw Diagnostics(
        Diagnostic("invalid_json", "\(error.message) at byte \(error.offset)", at: place, hint: error.hint))
    }
  }

  /// Reads JSON without places.
  package static func json(_ text: String) throws(Diagnostics) -> Value {
    try json(Array(text.utf8))
  }
}

/// Reads JSON into values.
private struct JSONValueReader: ~Copyable {
  private var scanner: JSONScanner
  private var depth = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { scanner = JSONScanner(bytes) }

  mutating func document() -> Result<Value, JSONFault> {
    do throws(JSONFault) {
      guard scanner.bytes.count <= DocumentReader.sizeLimit else {
        throw JSONFault(message: "the text is larger than \(DocumentReader.sizeLimit) bytes", offset: 0)
      }
      scanner.skipSpace()
      let value = try value()
      scanner.skipSpace()
      if !scanner.isAtEnd { throw scanner.fault(expected: "the end of the text") }
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  private mutating func value() throws(JSONFault) -> Value {
    switch scanner.current {
    case UInt8(ascii: "{"): return try map()
    case UInt8(ascii: "["): return try list()
    case UInt8(ascii: "\""): return .string(try scanner.string())
    case UInt8(ascii: "-"), 0x30...0x39: return try scanner.number()
    default: return try scanner.literal()
    }
  }

  private mutating func enter() throws(JSONFault) {
    depth += 1
    scanner.offset += 1
    guard depth > DocumentReader.depthLimit else { return }
    throw JSONFault(message: "too many lists and maps stand inside each other", offset: scanner.offset)
  }

  private mutating func list() throws(JSONFault) -> Value {
    try enter()
    var items: [Value] = []
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "]")) {
      while true {
        items.append(try value())
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "]")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `]`") }
        scanner.skipSpace()
      }
    }
    depth -= 1
    return .list(items)
  }

  private mutating func map() throws(JSONFault) -> Value {
    try enter()
    var members: OrderedDictionary<String, Value> = [:]
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "}")) {
      while true {
        guard scanner.current == UInt8(ascii: "\"") else { throw scanner.fault(expected: "a key") }
        let key = try scanner.string()
        scanner.skipSpace()
        guard scanner.take(UInt8(ascii: ":")) else { throw scanner.fault(expected: "`:` after the key") }
        scanner.skipSpace()
        members[key] = try value()
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `}`") }
        scanner.skipSpace()
      }
    }
    depth -= 1
    return .map(members)
  }
}
