/// Reads a JSON text into nodes with places, one byte after the other.
struct JSONNodeReader: ~Copyable {
  private let source: Source
  private var scanner: JSONScanner
  private var duplicates: [Diagnostic] = []
  private var openMaps = OpenMaps()
  private var depth = 0

  private init(_ source: Source, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.source = source
    scanner = JSONScanner(bytes)
  }

  static func read(_ source: Source) throws(Diagnostics) -> Node {
    var text = source.text
    let result = text.withUTF8 { (bytes) -> Result<Node, Diagnostics> in
      var reader = JSONNodeReader(source, bytes)
      return reader.document()
    }
    return try result.get()
  }

  private mutating func document() -> Result<Node, Diagnostics> {
    do throws(JSONFault) {
      scanner.skipSpace()
      let node = try value("a value")
      scanner.skipSpace()
      if !scanner.isAtEnd { throw scanner.fault(expected: "the end of the text") }
      return duplicates.isEmpty ? .success(node) : .failure(Diagnostics(duplicates))
    } catch {
      let start = source.position(ofByte: error.offset)
      let end = Position(line: start.line, column: start.column + error.length)
      let diagnostic = Diagnostic(
        "invalid_json", error.message, at: Place(source: source, start: start, end: end), hint: error.hint)
      return .failure(Diagnostics(duplicates + [diagnostic]))
    }
  }

  private func place(from start: Position) -> Place {
    Place(source: source, start: start, end: scanner.position)
  }

  private mutating func value(_ expected: String) throws(JSONFault) -> Node {
    let start = scanner.position
    let startOffset = scanner.offset
    switch scanner.current {
    case UInt8(ascii: "{"): return try map(start)
    case UInt8(ascii: "["): return try list(start)
    case UInt8(ascii: "\""):
      let text = try scanner.string()
      return Node(.scalar(.string(text)), place: place(from: start), written: text)
    case UInt8(ascii: "-"), 0x30...0x39:
      let number = try scanner.number()
      let text = String(decoding: scanner.bytes[startOffset..<scanner.offset], as: UTF8.self)
      return Node(.scalar(number), place: place(from: start), written: text)
    default:
      if !isLetter(scanner.current) { throw scanner.fault(expected: expected) }
      let literal = try scanner.literal()
      return Node(.scalar(literal), place: place(from: start), written: literal.scalarText ?? "null")
    }
  }

  private func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

  private mutating func enter() throws(JSONFault) {
    depth += 1
    guard depth > DocumentReader.depthLimit else { return }
    throw JSONFault(
      message: "more than \(DocumentReader.depthLimit) lists and maps stand inside each other",
      offset: scanner.offset)
  }

  private mutating func list(_ start: Position) throws(JSONFault) -> Node {
    try enter()
    scanner.offset += 1
    var items: [Node] = []
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "]")) {
      items.reserveCapacity(4)
      while true {
        items.append(try value(items.isEmpty ? "a value or `]`" : "a value after `,`"))
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "]")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `]`") }
        scanner.skipSpace()
      }
    }
    depth -= 1
    return Node(.list(items), place: place(from: start))
  }

  private mutating func map(_ start: Position) throws(JSONFault) -> Node {
    try enter()
    scanner.offset += 1
    openMaps.open()
    scanner.skipSpace()
    if !scanner.take(UInt8(ascii: "}")) {
      while true {
        try member()
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { break }
        guard scanner.take(UInt8(ascii: ",")) else { throw scanner.fault(expected: "`,` or `}`") }
        scanner.skipSpace()
        if scanner.current == UInt8(ascii: "}") {
          throw JSONFault(
            message: "expected a key after `,`, found `}`", offset: scanner.offset,
            hint: "remove the comma before it")
        }
      }
    }
    depth -= 1
    return Node(.map(openMaps.close()), place: place(from: start))
  }

  private mutating func member() throws(JSONFault) {
    guard scanner.current == UInt8(ascii: "\"") else {
      throw scanner.fault(expected: openMaps.isEmpty ? "a key in double quotes or `}`" : "a key")
    }
    let start = scanner.position
    let key = try scanner.string()
    let keyPlace = place(from: start)
    scanner.skipSpace()
    guard scanner.take(UInt8(ascii: ":")) else { throw scanner.fault(expected: "`:` after the key") }
    scanner.skipSpace()
    let node = try value("a value after `:`")
    if let first = openMaps.add(Node.Entry(key: key, keyPlace: keyPlace, value: node)) {
      duplicates.append(.duplicateKey(key, at: keyPlace, first: first))
    }
  }
}

extension Diagnostic {
  static func duplicateKey(_ key: String, at place: Place, first: Place) -> Diagnostic {
    Diagnostic(
      "duplicate_key", "`\(key)` is there twice in this map", at: place, hint: "remove or rename one of them",
      notes: [Note("it is there first here", at: first)])
  }
}
