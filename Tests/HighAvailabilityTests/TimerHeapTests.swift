import Testing

@testable import HighAvailability

struct TimerHeapTests {
  @Test("timers come due in order of time, then of arrival")
  func order() {
    var heap = TimerHeap<Int>()
    var numbers = (0..<500).map { $0 * 7919 % 500 / 2 }
    for (index, number) in numbers.enumerated() { heap.add(index, due: .seconds(number)) }
    var popped: [(Duration, Int)] = []
    while let (item, due) = heap.popDue(at: .seconds(1000)) { popped.append((due, item)) }
    numbers.sort()
    #expect(popped.map(\.0) == numbers.map { Duration.seconds($0) })
    for (earlier, later) in zip(popped, popped.dropFirst()) where earlier.0 == later.0 {
      #expect(earlier.1 < later.1)
    }
  }

  @Test("nothing comes before its time")
  func due() {
    var heap = TimerHeap<String>()
    heap.add("late", due: .seconds(2))
    heap.add("early", due: .seconds(1))
    let items = [0, 1, 1, 2, 3].map { heap.popDue(at: .seconds($0))?.item }
    #expect(items == [nil, "early", nil, "late", nil])
    #expect(heap.nextDue == nil)
  }

  @Test(
    "a span reads as people say it",
    arguments: [
      (Duration.milliseconds(250), "250 ms"), (.microseconds(999_700), "1 s"), (.seconds(9), "9 s"),
      (.seconds(119), "119 s"),
      (.seconds(600), "10 min"), (.seconds(130), "2 min 10 s"), (.seconds(3600), "1 h"),
      (.seconds(5400), "1 h 30 min"),
    ])
  func phrase(_ span: Duration, _ text: String) { #expect(span.phrase == text) }
}
