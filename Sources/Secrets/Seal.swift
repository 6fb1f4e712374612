internal import Crypto

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A key that seals secrets for keeping at rest, with AES-GCM.
package struct Seal: Sendable {
  /// The key file or sealed text is damaged, or the text was sealed with another key.
  package struct Broken: Error, Sendable {}

  private let key: SymmetricKey

  /// A key from its 64 hexadecimal digits.
  package init(hexadecimal: Secret) throws(Broken) {
    let digits = Array(hexadecimal.reveal())
    guard digits.count == 64 else { throw Broken() }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: 64, by: 2) {
      guard let byte = UInt8(String(digits[index...index + 1]), radix: 16) else { throw Broken() }
      bytes.append(byte)
    }
    self.init(bytes: bytes)
  }

  /// A key from its 32 bytes.
  init(bytes: [UInt8]) { key = SymmetricKey(data: bytes) }

  /// The sealed text, in base64.
  ///
  /// Sealing the same secret twice gives different texts.
  package func close(_ secret: Secret) throws -> String {
    guard let box = try AES.GCM.seal(Data(secret.reveal().utf8), using: key).combined else { throw Broken() }
    return box.base64EncodedString()
  }

  package func open(_ sealed: String) throws(Broken) -> Secret {
    guard
      let data = Data(base64Encoded: sealed),
      let box = try? AES.GCM.SealedBox(combined: data),
      let plain = try? AES.GCM.open(box, using: key)
    else { throw Broken() }
    return Secret(String(decoding: plain, as: UTF8.self))
  }
}
