import Glibc

/// The kinds of records that a name server can be asked for.
package enum NameRecord: UInt16, Sendable, CaseIterable {
  case a = 1
  case ns = 2
  case cname = 5
  case soa = 6
  case mx = 15
  case txt = 16
  case aaaa = 28
  case srv = 33

  package init?(name: String) {
    guard let record = Self.allCases.first(where: { "\($0)" == name.lowercased() }) else { return nil }
    self = record
  }
}

/// What a name server is asked, and what its answer must hold (RFC 1035).
final class NameQuestion: Sendable {
  private let name: String
  private let record: NameRecord
  /// An address that must be among the answers.
  private let address: SocketAddress?
  private let labels: [UInt8]

  /// Nil for what is no domain name, or for an address that is none.
  init?(_ name: String, _ record: NameRecord, address: String?) {
    guard let labels = Self.labels(name) else { return nil }
    self.name = name
    self.record = record
    self.labels = labels
    self.address = address.flatMap { SocketAddress(numeric: $0) }
    if address != nil, self.address == nil { return nil }
  }

  /// The name as messages have it.
  private static func labels(_ name: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    for label in name.split(separator: ".") {
      guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
        return nil
      }
      bytes.append(UInt8(label.utf8.count))
      bytes += label.utf8
    }
    return bytes.isEmpty || bytes.count > 253 ? nil : bytes + [0]
  }

  /// The message that asks, under a number.
  func message(_ number: UInt16) -> [UInt8] {
    // Recursion desired; one question.
    let header: [UInt16] = [number, 0x0100, 1, 0, 0, 0]
    return header.flatMap(Self.bytes) + labels + Self.bytes(record.rawValue) + Self.bytes(1)
  }

  private static func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xFF)] }

  /// What an answer says; nil for a message that isn't the answer.
  func outcome(_ message: UnsafeRawBufferPointer, _ number: UInt16) -> Outcome? {
    var reader = MessageReader(message)
    guard reader.number() == number, let flags = reader.number(), flags & 0x8000 != 0 else { return nil }
    guard let questions = reader.number(), let answers = reader.number(), reader.skip(4) else {
      return malformed
    }
    switch flags & 0xF {
    case 0: break
    case 2: return .down("the name server failed to find \(name)")
    case 3: return .down("there is no name \(name)")
    case 5: return .down("the name server refused to answer for \(name)")
    case let code: return .down("the name server answered with the error \(code)")
    }
    for _ in 0..<questions { guard reader.skipName(), reader.skip(4) else { return malformed } }
    var found = 0
    for _ in 0..<answers {
      guard reader.skipName(), let type = reader.number(), reader.skip(6), let size = reader.number(),
        let data = reader.take(Int(size))
      else { return malformed }
      guard type == record.rawValue else { continue }
      found += 1
      if let address, address == SocketAddress(bits: data) { return .up }
    }
    guard found > 0 else { return .down("\(name) has no record of the kind \(record)") }
    return address == nil ? .up : .down("\(name) has another address than wanted")
  }

  private var malformed: Outcome { .down("the name server's answer makes no sense") }
}

/// Reads a message piece by piece, never beyond its end.
private struct MessageReader {
  private let bytes: UnsafeRawBufferPointer
  private var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  mutating func take(_ count: Int) -> UnsafeRawBufferPointer? {
    guard at + count <= bytes.count else { return nil }
    defer { at += count }
    return UnsafeRawBufferPointer(rebasing: bytes[at..<(at + count)])
  }

  mutating func skip(_ count: Int) -> Bool { take(count) != nil }

  mutating func number() -> UInt16? { take(2).map { UInt16($0[0]) << 8 | UInt16($0[1]) } }

  /// A name ends with an empty label, or with a pointer to where it goes on.
  mutating func skipName() -> Bool {
    while let length = take(1)?[0] {
      if length == 0 { return true }
      if length >= 0xC0 { return skip(1) }
      guard skip(Int(length)) else { return false }
    }
    return false
  }
}

extension SocketAddress {
  /// An address from its bits as they go over the network; nil unless they are 4 or 16 bytes.
  init?(bits: UnsafeRawBufferPointer) {
    switch bits.count {
    case 4: self = .v4(bits.loadUnaligned(as: UInt32.self))
    case 16:
      self = .v6(
        bits.loadUnaligned(as: UInt64.self), bits.loadUnaligned(fromByteOffset: 8, as: UInt64.self), scope: 0)
    default: return nil
    }
  }
}
