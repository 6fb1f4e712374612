import OrderedCollections

extension Value {
  /// The value as JSON text, members in their order; indented by so many spaces, or on one line.
  package func jsonText(indent: Int? = nil) -> String {
    var writer = JSONWriter(indent: indent)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

extension Node {
  /// The node as JSON text, its numbers as they were written where JSON can write them so.
  package func jsonText(indent: Int? = nil) -> String {
    var writer = JSONWriter(indent: indent)
    writer.write(self, depth: 0)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}

private struct JSONWriter {
  private(set) var bytes: [UInt8] = []
  private let indent: Int?

  init(indent: Int?) { self.indent = indent }

  mutating func write(_ value: Value, depth: Int) {
    switch value {
    case .null: append("null")
    case .bool(let truth): append(truth ? "true" : "false")
    case .integer(let number): append(String(number))
    case .number(let number): append(number.isFinite ? String(number) : "null")
    case .string(let text): string(text)
    case .list(let items):
      group("[", "]", count: items.count, depth: depth) { writer, index in
        writer.write(items[index], depth: depth + 1)
      }
    case .map(let members):
      group("{", "}", count: members.count, depth: depth) { writer, index in
        let (key, value) = members.elements[index]
        writer.string(key)
        writer.append(writer.indent == nil ? ":" : ": ")
        writer.write(value, depth: depth + 1)
      }
    }
  }

  mutating func write(_ node: Node, depth: Int) {
    switch node.content {
    case .scalar(let value):
      if case .number = value, let text = Self.exact(node.written) {
        append(text)
      } else {
        write(value, depth: depth)
      }
    case .list(let items):
      group("[", "]", count: items.count, depth: depth) { writer, index in
        writer.write(items[index], depth: depth + 1)
      }
    case .map(let entries):
      group("{", "}", count: entries.count, depth: depth) { writer, index in
        writer.string(entries[index].key)
        writer.append(writer.indent == nil ? ":" : ": ")
        writer.write(entries[index].value, depth: depth + 1)
      }
    }
  }

  /// The text of a number, when it is JSON.
  private static func exact(_ written: String?) -> String? {
    guard var text = written else { return nil }
    return text.withUTF8 { bytes in
      var scanner = JSONScanner(bytes)
      return (try? scanner.number()) != nil && scanner.isAtEnd
    } ? text : nil
  }

  private mutating func group(
    _ open: String, _ close: String, count: Int, depth: Int, member: (inout JSONWriter, Int) -> Void
  ) {
    append(open)
    for index in 0..<count {
      if index > 0 { append(",") }
      line(depth + 1)
      member(&self, index)
    }
    if count > 0 { line(depth) }
    append(close)
  }

  private mutating func line(_ depth: Int) {
    guard let indent else { return }
    bytes.append(0x0A)
    bytes.append(contentsOf: repeatElement(0x20, count: depth * indent))
  }

  private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func string(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { utf8 in
      // What needs no escape is copied together.
      var plain = 0
      for index in utf8.indices where Self.needsEscape(utf8[index]) {
        bytes.append(contentsOf: utf8[plain..<index])
        escape(utf8[index])
        plain = index + 1
      }
      bytes.append(contentsOf: utf8[plain...])
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func needsEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte == 0x7F
  }

  private mutating func escape(_ byte: UInt8) {
    bytes.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x0A: append("n")
    case 0x0D: append("r")
    case 0x09: append("t")
    case 0..<0x20, 0x7F:
      let digits = String(byte, radix: 16)
      append("u" + String(repeating: "0", count: 4 - digits.count) + digits)
    default: bytes.append(byte)
    }
  }
}
