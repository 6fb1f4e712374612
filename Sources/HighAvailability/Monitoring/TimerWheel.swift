/// Timers by the hundred thousand: to set, to cancel and to take one costs the same however many there are.
///
/// A hierarchy of wheels with 64 slots each: a slot of the lowest is a tick of 1,024 ns, one of each next wheel a whole
/// turn of the wheel below. A timer lies where its tick first differs from the present one, and moves down a wheel
/// when the time comes to its slot, at most eight times. Timers of one tick come in the order they were set.
///
/// Times are nanoseconds of one clock. Keys are small numbers that the owner chose, such as indices.
struct TimerWheel: Sendable {
  private static let tickBits = 10
  private static let slotBits = 6
  private static let levels = 9
  private static let none = UInt32.max
  /// In a slot with more timers than this the first isn't looked for.
  private static let searchLimit = 64

  /// A timer among its neighbours; each slot is a ring.
  private struct Link: Sendable {
    var tick: Int64 = 0
    var next = TimerWheel.none
    var previous = TimerWheel.none
    var slot: Int32 = -1
  }

  private var links: ContiguousArray<Link> = []
  private var heads = ContiguousArray(repeating: none, count: levels << slotBits)
  /// For each level which slots hold timers, and which levels do.
  private var occupied = ContiguousArray<UInt64>(repeating: 0, count: levels)
  private var occupiedLevels: UInt16 = 0
  private var elapsed: Int64 = 0
  private(set) var count = 0

  /// Sets a timer, or sets it anew; one that is due already comes at once.
  mutating func set(_ key: Int, due: Int64) {
    while links.count <= key { links.append(Link()) }
    if links[key].slot >= 0 { unlink(key) } else { count += 1 }
    links[key].tick = max(elapsed, (due + (1 << Self.tickBits) - 1) >> Self.tickBits)
    link(key)
  }

  mutating func cancel(_ key: Int) {
    guard key < links.count, links[key].slot >= 0 else { return }
    unlink(key)
    links[key].slot = -1
    count -= 1
  }

  /// Takes a timer that is due; never before its time, and at most a tick after it.
  mutating func takeDue(at now: Int64) -> Int? {
    let limit = now >> Self.tickBits
    while let (level, slot) = first {
      let start = start(ofSlot: slot, level)
      guard start <= limit else { break }
      elapsed = max(elapsed, start)
      if level == 0 {
        let key = Int(heads[slot])
        cancel(key)
        return key
      }
      cascade(slot, level)
    }
    elapsed = max(elapsed, limit)
    return nil
  }

  /// When to look again; with many timers close together this may be a little before the first of them.
  var nextDue: Int64? {
    guard let (level, slot) = first else { return nil }
    let start = start(ofSlot: slot, level)
    guard level > 0 else { return start << Self.tickBits }
    return (earliestTick(inSlot: level << Self.slotBits + slot) ?? start) << Self.tickBits
  }

  // MARK: - Slots

  /// The slot that the time comes to first.
  private var first: (level: Int, slot: Int)? {
    guard occupiedLevels != 0 else { return nil }
    let level = occupiedLevels.trailingZeroBitCount
    return (level, occupied[level].trailingZeroBitCount)
  }

  /// The tick at which a slot's time begins.
  private func start(ofSlot slot: Int, _ level: Int) -> Int64 {
    let shift = level * Self.slotBits
    let turn = shift + Self.slotBits
    let base = turn >= 63 ? 0 : (elapsed >> turn) << turn
    return base | Int64(slot) << shift
  }

  private func earliestTick(inSlot slot: Int) -> Int64? {
    var key = heads[slot]
    var earliest = Int64.max
    for _ in 0..<Self.searchLimit {
      earliest = min(earliest, links[Int(key)].tick)
      key = links[Int(key)].next
      if key == heads[slot] { return earliest }
    }
    return nil
  }

  private mutating func cascade(_ slot: Int, _ level: Int) {
    let slot = level << Self.slotBits + slot
    while heads[slot] != Self.none {
      let key = Int(heads[slot])
      unlink(key)
      link(key)
    }
  }

  private mutating func link(_ key: Int) {
    let tick = links[key].tick
    // The lowest six bits belong to the lowest wheel, also where none differs.
    let level = (63 - (UInt64(tick ^ elapsed) | 63).leadingZeroBitCount) / Self.slotBits
    let digit = Int(tick >> (level * Self.slotBits)) & 63
    let slot = level << Self.slotBits + digit
    links[key].slot = Int32(slot)
    let head = heads[slot]
    if head == Self.none {
      heads[slot] = UInt32(key)
      links[key].next = UInt32(key)
      links[key].previous = UInt32(key)
      occupied[level] |= 1 << UInt64(digit)
      occupiedLevels |= 1 << UInt16(level)
      return
    }
    let tail = links[Int(head)].previous
    links[key].next = head
    links[key].previous = tail
    links[Int(tail)].next = UInt32(key)
    links[Int(head)].previous = UInt32(key)
  }

  private mutating func unlink(_ key: Int) {
    let (next, previous, slot) = (links[key].next, links[key].previous, Int(links[key].slot))
    if next == UInt32(key) {
      heads[slot] = Self.none
      let level = slot >> Self.slotBits
      occupied[level] &= ~(1 << UInt64(slot & 63))
      if occupied[level] == 0 { occupiedLevels &= ~(1 << UInt16(level)) }
      return
    }
    links[Int(previous)].next = next
    links[Int(next)].previous = previous
    if heads[slot] == UInt32(key) { heads[slot] = next }
  }
}
