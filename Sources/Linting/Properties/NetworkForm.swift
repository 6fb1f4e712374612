import Glibc

/// A network as it is written: an address, and how many of its bits are the network's.
struct NetworkForm {
  private var bytes: [UInt8]
  private let prefix: Int

  /// Nil when it is no IPv4 address with or without a prefix.
  init?(version4 text: String) { self.init(text, AF_INET, size: 4) }

  /// Nil when it is no IPv6 address with or without a prefix.
  init?(version6 text: String) { self.init(text, AF_INET6, size: 16) }

  private init?(_ text: String, _ family: Int32, size: Int) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    var bytes = [UInt8](repeating: 0, count: size)
    guard inet_pton(family, String(parts[0]), &bytes) == 1 else { return nil }
    self.bytes = bytes
    guard parts.count == 2 else {
      prefix = size * 8
      return
    }
    guard !parts[1].isEmpty, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let prefix = Int(parts[1]), prefix <= size * 8
    else { return nil }
    self.prefix = prefix
  }

  /// Whether the address has bits set beyond the prefix.
  var hasHostBits: Bool { masked != bytes }

  private var masked: [UInt8] {
    bytes.indices.map { index in
      let kept = max(0, min(8, prefix - index * 8))
      return kept == 0 ? 0 : bytes[index] & (0xFF << UInt8(8 - kept))
    }
  }

  /// The network without those bits, as text.
  var network: String {
    var text = [CChar](repeating: 0, count: 64)
    let family = bytes.count == 16 ? AF_INET6 : AF_INET
    guard inet_ntop(family, masked, &text, 64) != nil else { return "" }
    let address = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return "\(address)/\(prefix)"
  }
}
