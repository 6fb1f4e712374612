import Testing

@testable import HighAvailability

struct TimerWheelTests {
  /// Draws numbers from a seed (SplitMix64).
  private struct Draw {
    var state: UInt64

    mutating func next(below limit: UInt64) -> Int64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
      return Int64((bits ^ bits >> 31) % limit)
    }
  }

  private static let tick: Int64 = 1024

  @Test("nothing comes before its time, nor later than a tick after it")
  func due() {
    var wheel = TimerWheel()
    wheel.set(1, due: 2_000_000_000)
    wheel.set(0, due: 1_000_000_000)
    #expect(wheel.takeDue(at: 999_999_999) == nil)
    #expect(wheel.takeDue(at: 1_000_000_000 + Self.tick) == 0)
    #expect(wheel.takeDue(at: 1_999_999_999) == nil)
    #expect(wheel.takeDue(at: 2_000_000_000 + Self.tick) == 1)
    #expect(wheel.nextDue == nil)
    #expect(wheel.count == 0)
  }

  @Test("a timer may be cancelled, and set anew")
  func cancel() {
    var wheel = TimerWheel()
    wheel.set(7, due: 5_000_000)
    wheel.set(8, due: 5_000_000)
    wheel.cancel(7)
    wheel.cancel(7)
    wheel.cancel(99)
    wheel.set(8, due: 9_000_000)
    #expect(wheel.count == 1)
    #expect(wheel.takeDue(at: 8_000_000) == nil)
    #expect(wheel.takeDue(at: 9_100_000) == 8)
  }

  @Test("timers of one time come in the order they were set, whenever that was")
  func order() {
    var wheel = TimerWheel()
    for key in 0..<10 { wheel.set(key, due: 3_600_000_000_000) }
    #expect(wheel.takeDue(at: 3_599_999_900_000) == nil)
    for key in 10..<20 { wheel.set(key, due: 3_600_000_000_000) }
    var taken: [Int] = []
    while let key = wheel.takeDue(at: 3_600_000_100_000) { taken.append(key) }
    #expect(taken == Array(0..<20))
  }

  @Test("one that is due already comes at once")
  func late() {
    var wheel = TimerWheel()
    #expect(wheel.takeDue(at: 10_000_000_000) == nil)
    wheel.set(3, due: 1)
    #expect(wheel.nextDue ?? .max <= 10_000_000_000)
    #expect(wheel.takeDue(at: 10_000_000_000) == 3)
  }

  @Test("any number of timers near and far comes as from a sorted list", arguments: 1...20)
  func random(_ seed: UInt64) {
    var draw = Draw(state: seed)
    var wheel = TimerWheel()
    var expected: [Int: Int64] = [:]
    var now: Int64 = draw.next(below: 1 << 50)
    _ = wheel.takeDue(at: now)
    for _ in 0..<4000 {
      switch draw.next(below: 4) {
      case 0, 1:
        let key = Int(draw.next(below: 500))
        let due = now + draw.next(below: 1 << UInt64(1 + draw.next(below: 44)))
        wheel.set(key, due: due)
        expected[key] = due
      case 2:
        let key = Int(draw.next(below: 500))
        wheel.cancel(key)
        expected[key] = nil
      default:
        now += draw.next(below: 1 << UInt64(1 + draw.next(below: 40)))
        while let key = wheel.takeDue(at: now) {
          #expect(expected.removeValue(forKey: key) ?? .max <= now)
        }
        #expect(expected.values.allSatisfy { $0 > now - Self.tick })
      }
      #expect(wheel.count == expected.count)
      if let first = expected.values.min() {
        let next = wheel.nextDue ?? .max
        #expect(next <= max(now, first) + Self.tick)
        if expected.count <= 64 { #expect(next >= first || next <= now) }
      } else {
        #expect(wheel.nextDue == nil)
      }
    }
  }
}
