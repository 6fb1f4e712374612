import Glibc

/// A network address with the length of its prefix, IPv4 or IPv6.
struct CIDRBlock {
  private let bytes: [UInt8]
  private let prefix: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let prefix = Int(parts[1]) else { return nil }
    let isIPv6 = parts[0].contains(":")
    var bytes = [UInt8](repeating: 0, count: isIPv6 ? 16 : 4)
    guard inet_pton(isIPv6 ? AF_INET6 : AF_INET, String(parts[0]), &bytes) == 1,
      (0...bytes.count * 8).contains(prefix)
    else { return nil }
    self.bytes = bytes
    self.prefix = prefix
  }

  /// The first blocks with so many bits for hosts; nil when they don't fit.
  func split(into count: Int, hostBits: Int) -> [String]? {
    let size = bytes.count * 8
    let length = size - hostBits
    guard length >= prefix, length <= size else { return nil }
    let room = length - prefix
    guard room >= 9 || count <= 1 << room else { return nil }
    return (0..<count).compactMap { block($0, hostBits).map { "\($0)/\(length)" } }
  }

  private func block(_ number: Int, _ hostBits: Int) -> String? {
    var address = network
    for bit in 0..<9 where number >> bit & 1 == 1 {
      let position = hostBits + bit
      guard position < bytes.count * 8 else { continue }
      address[bytes.count - 1 - position / 8] |= 1 << UInt8(position % 8)
    }
    var text = [CChar](repeating: 0, count: 64)
    guard inet_ntop(bytes.count == 16 ? AF_INET6 : AF_INET, address, &text, 64) != nil else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The address with the bits after the prefix cleared.
  private var network: [UInt8] {
    bytes.indices.map { index in
      let kept = max(0, min(8, prefix - index * 8))
      return kept == 0 ? 0 : bytes[index] & (0xFF << UInt8(8 - kept))
    }
  }
}
