import OrderedCollections

extension Value {
  /// Reads JSON without places, for what servers answer.
  ///
  /// The last of several equal keys wins.
  package static func json(_ bytes: [UInt8]) throws(Diagnostics) -> Value {
    do throws(JSONFault) {
      return try bytes.withUnsafeBufferPointer { Self.read($0) }.get()
    } catch {
      throw error.explained(in: bytes.prefix(4096))
    }
  }

  /// Reads JSON without places.
  ///
  /// Members of the outermost map that are left out take no memory, and what is in them isn't looked at. Texts that
  /// other documents have too are shared with those that were read with the same pool.
  package static func json(
    _ text: String, leavingOut omitted: Set<String> = [], sharing pool: TextPool? = nil
  ) throws(Diagnostics) -> Value {
    var text = text
    do throws(JSONFault) {
      return try text.withUTF8 { Self.read($0, leavingOut: omitted, sharing: pool) }.get()
    } catch {
      throw error.explained(in: Array(text.utf8.prefix(4096)))
    }
  }

  private static func read(
    _ bytes: UnsafeBufferPointer<UInt8>, leavingOut omitted: Set<String> = [], sharing pool: TextPool? = nil
  ) -> Result<Value, JSONFault> {
    var reader = JSONValueReader(JSONScanner(bytes, sharing: pool), leavingOut: omitted)
    return reader.document()
  }
}

extension JSONFault {
  /// The fault as a person reads it, with its place where that isn't far from the beginning of the text.
  fileprivate func explained(in beginning: some Collection<UInt8>) -> Diagnostics {
    let source = Source(name: "JSON", text: String(decoding: beginning, as: UTF8.self))
    let start = offset <= 4000 ? source.position(ofByte: offset) : nil
    let place = start.map { start in
      Place(source: source, start: start, end: Position(line: start.line, column: start.column + length))
    }
    return Diagnostics(
      Diagnostic("invalid_json", "\(message) at byte \(offset)", at: place, hint: hint))
  }
}

/// Reads JSON into values.
private struct JSONValueReader: ~Copyable {
  private var scanner: JSONScanner
  private var depth = 0
  // What is in lists and maps that aren't closed yet: each takes just the room that it needs when it is.
  private var keys: [String] = []
  private var values: [Value] = []
  private let omitted: Set<String>

  init(_ scanner: consuming JSONScanner, leavingOut omitted: Set<String>) {
    self.scanner = scanner
    self.omitted = omitted
  }

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
    let start = values.count
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "]")) {
      while true {
        let item = try value()
        values.append(item)
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "]")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `]`") }
        scanner.skipSpace()
      }
    }
    depth -= 1
    defer { values.removeSubrange(start...) }
    return .list(Array(values[start...]))
  }

  private mutating func map() throws(JSONFault) -> Value {
    try enter()
    let (start, firstKey) = (values.count, keys.count)
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "}")) {
      while true {
        guard scanner.current == UInt8(ascii: "\"") else { throw scanner.fault(expected: "a key") }
        let key = try scanner.string()
        scanner.skipSpace()
        guard scanner.take(UInt8(ascii: ":")) else { throw scanner.fault(expected: "`:` after the key") }
        scanner.skipSpace()
        if depth == 1, omitted.contains(key) {
          try scanner.skipValue()
        } else {
          let member = try value()
          keys.append(key)
          values.append(member)
        }
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `}`") }
        scanner.skipSpace()
      }
    }
    depth -= 1
    defer {
      keys.removeSubrange(firstKey...)
      values.removeSubrange(start...)
    }
    return .map(Self.map(keys[firstKey...], values[start...]))
  }

  private static func map(
    _ keys: ArraySlice<String>, _ values: ArraySlice<Value>
  ) -> OrderedDictionary<String, Value> {
    if keys.isEmpty { return [:] }
    // Comparing a few keys with each other is less than a table of their hashes.
    let areFew = keys.count < 16
    if areFew, keys.indices.allSatisfy({ !keys[($0 + 1)...].contains(keys[$0]) }) {
      return OrderedDictionary(uncheckedUniqueKeys: keys, values: values)
    }
    return OrderedDictionary(zip(keys, values), uniquingKeysWith: { _, last in last })
  }
}
