/// The types of YAML scalars, by what CloudFormation takes of YAML 1.1.
///
/// A reading that could lose what was written is not made: `yes`, `2010-09-09`, `012`, `1_000` and `10:30`
/// are text.
enum YAMLScalar {
  private static let standardPrefix = "tag:yaml.org,2002:"

  static func node(_ event: YAMLEvent) -> Node {
    let short = shortTag(event.tag)
    let value: Value
    if let tag = event.tag, tag != "!", short == nil {
      value = tagged(String(tag.dropFirst(standardPrefix.utf8.count)), event.text)
    } else if short != nil || event.tag == "!" || !event.isPlain {
      value = .string(event.text)
    } else {
      value = plain(event.text)
    }
    return Node(.scalar(value), place: event.place, tag: short, written: event.text)
  }

  /// The name of a tag such as `!Ref`; nil for YAML's own tags and for none.
  static func shortTag(_ tag: String?) -> String? {
    guard let tag, tag != "!", !tag.hasPrefix(standardPrefix) else { return nil }
    return tag.hasPrefix("!") ? String(tag.dropFirst()) : tag
  }

  private static func tagged(_ type: String, _ text: String) -> Value {
    switch type {
    case "int", "float", "bool", "null": plain(text)
    default: .string(text)
    }
  }

  /// What a scalar without quotes means.
  static func plain(_ text: String) -> Value {
    guard let first = text.utf8.first else { return .null }
    switch first {
    case UInt8(ascii: "~") where text == "~": return .null
    case UInt8(ascii: "n"), UInt8(ascii: "N"):
      if ["null", "Null", "NULL"].contains(text) { return .null }
    case UInt8(ascii: "t"), UInt8(ascii: "T"):
      if ["true", "True", "TRUE"].contains(text) { return .bool(true) }
    case UInt8(ascii: "f"), UInt8(ascii: "F"):
      if ["false", "False", "FALSE"].contains(text) { return .bool(false) }
    case UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), 0x30...0x39:
      if let number = number(text) { return number }
    default: break
    }
    return .string(text)
  }

  /// `[-+]?(0|[1-9][0-9]*)` is an integer; with a point, and then perhaps a signed exponent, a number.
  private static func number(_ text: String) -> Value? {
    var digits = text.utf8[...]
    if digits.first == UInt8(ascii: "-") || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    let whole = digits.prefix { (0x30...0x39).contains($0) }
    if whole.first == UInt8(ascii: "0"), whole.count > 1 { return nil }
    let rest = digits.dropFirst(whole.count)
    if rest.isEmpty { return Int64(text).map(Value.integer) }
    guard rest.first == UInt8(ascii: ".") else { return nil }
    let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    var tail = rest.dropFirst(1 + fraction.count)
    if let mark = tail.first {
      guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return nil }
      tail = tail.dropFirst()
      guard tail.first == UInt8(ascii: "+") || tail.first == UInt8(ascii: "-") else { return nil }
      tail = tail.dropFirst()
      guard !tail.isEmpty, tail.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    }
    guard let number = Double(text), number.isFinite else { return nil }
    return .number(number)
  }
}
