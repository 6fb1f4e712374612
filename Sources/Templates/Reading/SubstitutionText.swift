/// The text of `Fn::Sub`, in which `${Name}` stands for a value and `${!Name}` for the text `${Name}`.
package enum SubstitutionText {
  package enum Piece: Equatable {
    case text(String)
    case name(String)
  }

  /// Splits a text at its names; `${` without an end is text.
  package static func pieces(of text: String) -> [Piece] {
    var text = text
    return text.withUTF8 { bytes in
      var pieces: [Piece] = []
      var literal = ""
      var start = 0
      while let inner = inside(bytes, from: start) {
        literal += string(bytes[start..<inner.lowerBound - 2])
        start = inner.upperBound + 1
        if bytes[inner.lowerBound] == UInt8(ascii: "!") {
          literal += "${" + string(bytes[inner].dropFirst()) + "}"
          continue
        }
        if !literal.isEmpty { pieces.append(.text(literal)) }
        literal = ""
        pieces.append(.name(name(bytes[inner])))
      }
      literal += string(bytes[start...])
      if !literal.isEmpty { pieces.append(.text(literal)) }
      return pieces
    }
  }

  /// The names in a text, in their order; `${}` has none.
  package static func names(in text: String) -> [String] {
    var text = text
    return text.withUTF8 { bytes in
      var names: [String] = []
      var start = 0
      while let inner = inside(bytes, from: start) {
        start = inner.upperBound + 1
        if bytes[inner.lowerBound] == UInt8(ascii: "!") { continue }
        let name = name(bytes[inner])
        if !name.isEmpty { names.append(name) }
      }
      return names
    }
  }

  /// The bytes between the next `${` and its `}`.
  private static func inside(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Range<Int>? {
    var offset = start
    while offset + 1 < bytes.count {
      if bytes[offset] == UInt8(ascii: "$"), bytes[offset + 1] == UInt8(ascii: "{") {
        let end = bytes[(offset + 2)...].firstIndex(of: UInt8(ascii: "}"))
        return end.map { offset + 2..<$0 }
      }
      offset += 1
    }
    return nil
  }

  private static func name(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    string(bytes.drop { $0 == UInt8(ascii: " ") }.prefix { $0 != UInt8(ascii: " ") })
  }

  private static func string(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes), as: UTF8.self)
  }
}

extension String {
  /// What stands before and after the first point, as in `Resource.Attribute`; nil when there is none.
  package var partsAtPoint: (String, String)? {
    guard let point = utf8.firstIndex(of: UInt8(ascii: ".")) else { return nil }
    return (String(self[..<point]), String(self[utf8.index(after: point)...]))
  }
}
