/// The texts of documents that are read one after the other, as the rows of a table are: one that occurs again is in
/// memory once.
package final class TextPool {
  /// The longest text that Swift keeps without an allocation, in bytes of UTF-8; those aren't worth sharing.
  private static let inlineLimit = 15

  private var texts: [Int: String] = [:]

  package init() {}

  /// A text of ASCII characters.
  func text(of bytes: UnsafeBufferPointer<UInt8>) -> String {
    guard bytes.count > Self.inlineLimit else { return String(decoding: bytes, as: UTF8.self) }
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    let key = hasher.finalize()
    if let known = texts[key], known.utf8.elementsEqual(bytes) { return known }
    let text = String(decoding: bytes, as: UTF8.self)
    texts[key] = text
    return text
  }
}
