#if canImport(Glibc)
internal import Glibc
#endif

/// An instant, to the millisecond, in UTC.
package struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01T00:00:00Z.
  package let milliseconds: Int64

  package init(milliseconds: Int64) { self.milliseconds = milliseconds }

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

// MARK: - ISO 8601

// A list of servers has several for each, so that a reader for all that people write as dates is too slow here.
extension Timestamp {
  /// Reads ISO 8601 in UTC as OpenStack writes it: with or without fraction, with `Z`, an offset or nothing.
  package init?(iso8601 text: String) {
    var text = text
    guard
      let milliseconds = text.withUTF8({ bytes in
        var reader = TimestampReader(bytes)
        return reader.milliseconds()
      })
    else { return nil }
    self.milliseconds = milliseconds
  }
}

extension Timestamp: CustomStringConvertible {
  /// `2012-06-27T09:30:00Z`, as CloudFormation and OpenStack write it.
  package var description: String {
    var seconds = time_t((Double(milliseconds) / 1000).rounded(.down))
    var civil = tm()
    gmtime_r(&seconds, &civil)
    func padded(_ number: Int32, _ count: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, count - digits.count)) + digits
    }
    let date = "\(padded(civil.tm_year + 1900, 4))-\(padded(civil.tm_mon + 1, 2))-\(padded(civil.tm_mday, 2))"
    return "\(date)T\(padded(civil.tm_hour, 2)):\(padded(civil.tm_min, 2)):\(padded(civil.tm_sec, 2))Z"
  }
}

/// Reads an instant byte by byte.
private struct TimestampReader {
  private var rest: Slice<UnsafeBufferPointer<UInt8>>

  init(_ bytes: UnsafeBufferPointer<UInt8>) { rest = bytes[...] }

  mutating func milliseconds() -> Int64? {
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
      take("T") || take(" "), let hour = number(2), take(":"), let minute = number(2), take(":"),
      let second = number(2)
    else { return nil }
    var civil = tm()
    civil.tm_year = year - 1900
    civil.tm_mon = month - 1
    (civil.tm_mday, civil.tm_hour, civil.tm_min, civil.tm_sec) = (day, hour, minute, second)
    let seconds = timegm(&civil)
    // What there is no such day or hour of comes back as another.
    guard civil.tm_mon == month - 1, civil.tm_mday == day, civil.tm_hour == hour, civil.tm_min == minute,
      civil.tm_sec == second, let fraction = fraction(), let offset = offset()
    else { return nil }
    return (Int64(seconds) - offset) * 1000 + fraction
  }

  /// The fraction of a second in milliseconds, 0 where there is none.
  private mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = rest.prefix { Self.digits.contains($0) }
    rest = rest.dropFirst(digits.count)
    guard !digits.isEmpty, let fraction = Double("0." + String(decoding: digits, as: UTF8.self)) else {
      return nil
    }
    return Int64((fraction * 1000).rounded())
  }

  /// By how many seconds it is ahead of UTC.
  private mutating func offset() -> Int64? {
    if rest.isEmpty || take("Z") { return rest.isEmpty ? 0 : nil }
    let sign: Int64 = take("-") ? -1 : take("+") ? 1 : 0
    guard sign != 0, let hours = number(2) else { return nil }
    _ = take(":")
    guard let minutes = number(2), rest.isEmpty else { return nil }
    return sign * Int64(hours * 60 + minutes) * 60
  }

  private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func number(_ count: Int) -> Int32? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy(Self.digits.contains) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int32($1 - UInt8(ascii: "0")) }
  }
}
