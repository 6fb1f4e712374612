/// How often values of which size came, to within 3%.
package struct Histogram: Sendable {
  private static let fineness = 5
  private var counts = ContiguousArray<UInt32>(repeating: 0, count: 64 << fineness)
  package private(set) var count = 0

  package init() {}

  /// Counts a value; a negative one counts as none.
  package mutating func add(_ value: Int64) {
    counts[Self.bucket(UInt64(max(0, value)))] &+= 1
    count += 1
  }

  /// Counts what another has counted.
  package mutating func add(_ other: Histogram) {
    for bucket in counts.indices { counts[bucket] &+= other.counts[bucket] }
    count += other.count
  }

  /// The value that a share of all values doesn't exceed; 0 when there are none.
  package func quantile(_ share: Double) -> Int64 {
    var left = Int((Double(count) * share).rounded(.up))
    for bucket in counts.indices {
      left -= Int(counts[bucket])
      if left <= 0 { return count == 0 ? 0 : Self.largest(bucket) }
    }
    return 0
  }

  private static func bucket(_ value: UInt64) -> Int {
    guard value >> fineness > 0 else { return Int(value) }
    let shift = 63 - value.leadingZeroBitCount - fineness
    return (shift + 1) << fineness | Int(value >> UInt64(shift)) & ((1 << fineness) - 1)
  }

  /// The largest value that a bucket holds.
  private static func largest(_ bucket: Int) -> Int64 {
    let shift = bucket >> fineness - 1
    guard shift >= 0 else { return Int64(bucket) }
    let start = Int64(bucket & ((1 << fineness) - 1) | 1 << fineness) << Int64(shift)
    return start + (1 << Int64(shift)) - 1
  }
}
