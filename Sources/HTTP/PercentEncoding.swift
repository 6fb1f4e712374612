/// A text as one piece of a URL (RFC 3986, 2.3: only unreserved characters stay); `keeping` others as they are.
package func percentEncoded(_ text: String, keeping kept: String = "") -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    case _ where kept.utf8.contains(byte): encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }
  }
  return encoded
}

/// The text of a piece of a URL; a `%` without two digits stays, and so does a `+`.
package func percentDecoded(_ text: some StringProtocol) -> String {
  String(decoding: bytes(of: text).bytes, as: UTF8.self)
}

/// The text of a piece of a URL; nil when it isn't UTF-8, or a `%` isn't followed by two digits.
package func exactlyPercentDecoded(_ text: some StringProtocol) -> String? {
  let (bytes, isExact) = bytes(of: text)
  return isExact ? String(validating: bytes, as: UTF8.self) : nil
}

/// The bytes that a text stands for, and whether each of its `%` has its digits.
private func bytes(of text: some StringProtocol) -> (bytes: [UInt8], isExact: Bool) {
  var bytes: [UInt8] = []
  var isExact = true
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    guard byte == UInt8(ascii: "%") else {
      bytes.append(byte)
      continue
    }
    let digits = rest.prefix(2).compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
    if digits.count == 2 {
      bytes.append(UInt8(digits[0] << 4 | digits[1]))
      rest = rest.dropFirst(2)
    } else {
      isExact = false
      bytes.append(byte)
    }
  }
  return (bytes, isExact)
}
