#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif
#if canImport(Glibc)
internal import Glibc
#endif

/// An instant, to the millisecond, in UTC.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

  /// Reads ISO 8601 in UTC as OpenStack writes it: with or without fraction, with `Z`, an offset or nothing.
  package init?(iso8601 text: String) {
    guard let (civil, rest) = Self.split(text) else { return nil }
    let style = Date.ISO8601FormatStyle(timeZone: .gmt)
    guard let date = try? style.parse(civil + "Z") else { return nil }
    var fraction = 0.0
    var offset = 0
    var tail = rest[...]
    if tail.first == "." {
      let digits = tail.dropFirst().prefix(while: \.isNumber)
      fraction = Double("0." + digits) ?? 0
      tail = tail.dropFirst(1 + digits.count)
    }
    if let sign = tail.first, sign == "+" || sign == "-" {
      let digits = tail.dropFirst().filter(\.isNumber)
      guard digits.count == 4, let number = Int(digits) else { return nil }
      offset = (number / 100 * 60 + number % 100) * 60 * (sign == "-" ? -1 : 1)
    } else if !tail.isEmpty && tail != "Z" {
      return nil
    }
    let seconds = date.timeIntervalSince1970 - Double(offset) + fraction
    milliseconds = Int64((seconds * 1000).rounded())
  }

  private static func split(_ text: String) -> (String, String)? {
    guard text.utf8.count >= 19 else { return nil }
    let end = text.index(text.startIndex, offsetBy: 19)
    let civil = text[..<end].replacing(" ", with: "T")
    return (String(civil), String(text[end...]))
  }

  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }

  package static func + (left: Self, right: Duration) -> Timestamp {
    let (seconds, attoseconds) = right.components
    return Timestamp(milliseconds: left.milliseconds + seconds * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  package static func - (left: Self, right: Self) -> Duration {
    .milliseconds(left.milliseconds - right.milliseconds)
  }

  static func fromSystemClock() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2012-06-27T09:30:00Z`, as CloudFormation and OpenStack write it.
  package var description: String {
    Date(timeIntervalSince1970: Double(milliseconds) / 1000).formatted(
      Date.ISO8601FormatStyle(timeZone: .gmt))
  }
}
