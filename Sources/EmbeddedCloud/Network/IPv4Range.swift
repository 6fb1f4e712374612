/// A range of IPv4 addresses, such as 10.0.0.0/24.
struct IPv4Range: Sendable, Hashable {
  /// The first address.
  let base: UInt32
  let prefix: Int

  init(_ first: UInt32, _ second: UInt32, _ third: UInt32, _ fourth: UInt32, prefix: Int) {
    base = first << 24 | second << 16 | third << 8 | fourth
    self.prefix = prefix
  }

  /// Reads CIDR notation; the address is rounded down to the range's first.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let address = Self.address(parts[0]), let prefix = Int(parts[1]),
      (0...32).contains(prefix)
    else { return nil }
    self.prefix = prefix
    base = prefix == 0 ? 0 : address & ~UInt32(0) << UInt32(32 - prefix)
  }

  var text: String { "\(Self.text(base))/\(prefix)" }

  /// The last address, the one for broadcasts.
  var last: UInt32 { prefix == 0 ? .max : base + (UInt32(1) << UInt32(32 - prefix) - 1) }

  func contains(_ address: UInt32) -> Bool { (base...last).contains(address) }

  func overlaps(_ other: IPv4Range) -> Bool { contains(other.base) || other.contains(base) }

  /// The first part of such a length that overlaps nothing taken; nil where there is none.
  func part(length: Int, apartFrom taken: [IPv4Range]) -> IPv4Range? {
    guard (max(prefix, 1)...32).contains(length) else { return nil }
    let size = UInt64(1) << UInt64(32 - length)
    var first = UInt64(base)
    while first + size - 1 <= UInt64(last) {
      let part = IPv4Range(base: UInt32(first), prefix: length)
      guard let obstacle = taken.first(where: part.overlaps) else { return part }
      // Beyond what is in the way, at the next boundary.
      first = (max(UInt64(obstacle.last), first) / size + 1) * size
    }
    return nil
  }

  private init(base: UInt32, prefix: Int) {
    self.base = base
    self.prefix = prefix
  }

  static func address(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
      guard let part, part < 256 else { return nil }
      address = address << 8 | part
    }
    return address
  }

  static func text(_ address: UInt32) -> String {
    [24, 16, 8, 0].map { String(address >> UInt32($0) & 255) }.joined(separator: ".")
  }
}
