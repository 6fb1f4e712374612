/// The parameters of a URL, in order; a name may be there several times.
package struct Query: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Item: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  package private(set) var items: [Item] = []

  package init(dictionaryLiteral elements: (String, String)...) {
    items = elements.map { Item(name: $0.0, value: $0.1) }
  }

  package mutating func append(_ name: String, _ value: String) {
    items.append(Item(name: name, value: value))
  }

  /// The first value of a name; setting it replaces all of that name.
  package subscript(name: String) -> String? {
    get { items.first { $0.name == name }?.value }
    set {
      items.removeAll { $0.name == name }
      if let newValue { append(name, newValue) }
    }
  }

  /// The parameters of a URL that a server gave, such as the link to a next page.
  init(ofURL url: String) {
    guard let mark = url.firstIndex(of: "?") else { return }
    for part in url[url.index(after: mark)...].prefix(while: { $0 != "#" }).split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      append(percentDecoded(sides[0]), sides.count > 1 ? percentDecoded(sides[1]) : "")
    }
  }

  /// `?a=b&c=d`, or nothing.
  var urlText: String {
    if items.isEmpty { return "" }
    return "?" + items.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
  }
}

/// A text as one piece of a URL (RFC 3986, 2.3: only unreserved characters stay); `keeping` others as they are.
package func percentEncoded(_ text: String, keeping: String = "") -> String {
  let kept = Set(("-._~" + keeping).utf8)
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    case _ where kept.contains(byte): encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
  return encoded
}

/// The text of a piece of a URL; a `%` without two digits stays.
func percentDecoded(_ text: some StringProtocol) -> String {
  let source = Array(text.utf8)
  var bytes: [UInt8] = []
  var index = 0
  while index < source.count {
    if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
      let byte = UInt8(String(decoding: source[index + 1...index + 2], as: UTF8.self), radix: 16)
    {
      bytes.append(byte)
      index += 3
    } else {
      bytes.append(source[index] == UInt8(ascii: "+") ? UInt8(ascii: " ") : source[index])
      index += 1
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
