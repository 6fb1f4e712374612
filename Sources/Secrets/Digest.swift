internal import Crypto

/// Digests that protocols ask for, as lower-case hexadecimal.
package enum Digest {
  package static func sha256(_ bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

  /// The digest of a text's UTF-8, which isn't copied.
  package static func sha256(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      var hash = SHA256()
      hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
      return hexadecimal(hash.finalize())
    }
  }

  /// The digest that Swift names an object's content by; no protection against anybody.
  package static func md5(_ bytes: [UInt8]) -> String { hexadecimal(Insecure.MD5.hash(data: bytes)) }

  package static func sha1(_ bytes: [UInt8]) -> String { hexadecimal(Insecure.SHA1.hash(data: bytes)) }

  package static func sha384(_ bytes: [UInt8]) -> String { hexadecimal(SHA384.hash(data: bytes)) }

  package static func sha512(_ bytes: [UInt8]) -> String { hexadecimal(SHA512.hash(data: bytes)) }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
