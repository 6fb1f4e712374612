internal import Crypto

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// Keyed signatures (RFC 2104), as lower-case hexadecimal.
package enum Signature {
  /// HMAC-SHA256 of a text under a key.
  package static func hmacSHA256(_ text: String, key: Secret) -> String {
    let key = SymmetricKey(data: Data(key.reveal().utf8))
    return hexadecimal(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
  }

  /// HMAC-SHA1 of a text under a key, for object stores that know no better digest for temporary URLs.
  package static func hmacSHA1(_ text: String, key: Secret) -> String {
    let key = SymmetricKey(data: Data(key.reveal().utf8))
    return hexadecimal(HMAC<Insecure.SHA1>.authenticationCode(for: Data(text.utf8), using: key))
  }

  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}
