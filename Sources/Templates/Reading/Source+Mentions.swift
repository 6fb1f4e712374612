package import Document

extension Source {
  /// Whether the text has this in it: a quick look before a whole tree is searched (Horspool's search).
  package func mentions(_ part: String) -> Bool {
    let part = Array(part.utf8)
    guard let last = part.last else { return true }
    var skips = [Int](repeating: part.count, count: 256)
    for (index, byte) in part.dropLast().enumerated() { skips[Int(byte)] = part.count - 1 - index }
    var text = text
    return text.withUTF8 { bytes in
      var end = part.count - 1
      while end < bytes.count {
        let byte = bytes[end]
        if byte == last, bytes[(end - part.count + 1)...end].elementsEqual(part) { return true }
        end += skips[Int(byte)]
      }
      return false
    }
  }
}
