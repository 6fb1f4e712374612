internal import Crypto

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

extension Seal {
  /// A key from a passphrase, with PBKDF2 (RFC 8018) over HMAC-SHA-256; one block is as long as the key.
  package init(passphrase: Secret, salt: String, rounds: Int) {
    // Prepared once: its copies have taken in the passphrase already.
    let prepared = HMAC<SHA256>(key: SymmetricKey(data: Data(passphrase.reveal().utf8)))
    func code(of bytes: [UInt8]) -> [UInt8] {
      var code = prepared
      code.update(data: bytes)
      return Array(code.finalize())
    }
    var block = code(of: Array(salt.utf8) + [0, 0, 0, 1])
    var key = block
    for _ in 1..<max(rounds, 2) {
      block = code(of: block)
      for index in key.indices { key[index] ^= block[index] }
    }
    self.init(bytes: key)
  }
}
