/// Items that come due, the earliest first; equal ones in the order they were added.
struct TimerHeap<Item> {
  private struct Entry {
    let due: Duration
    let sequence: UInt64
    let item: Item

    func precedes(_ other: Entry) -> Bool {
      due == other.due ? sequence < other.sequence : due < other.due
    }
  }

  private var entries: [Entry] = []
  private var sequence: UInt64 = 0

  var nextDue: Duration? { entries.first?.due }
  var count: Int { entries.count }

  mutating func add(_ item: Item, due: Duration) {
    sequence += 1
    entries.append(Entry(due: due, sequence: sequence, item: item))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].precedes(entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes the earliest item if it is due, with the time for which it was set.
  mutating func popDue(at now: Duration) -> (item: Item, due: Duration)? {
    guard let first = entries.first, first.due <= now else { return nil }
    let last = entries.removeLast()
    if !entries.isEmpty {
      entries[0] = last
      sink()
    }
    return (first.item, first.due)
  }

  private mutating func sink() {
    var parent = 0
    while true {
      let left = 2 * parent + 1
      guard left < entries.count else { return }
      let right = left + 1
      let child = right < entries.count && entries[right].precedes(entries[left]) ? right : left
      guard entries[child].precedes(entries[parent]) else { return }
      entries.swapAt(child, parent)
      parent = child
    }
  }
}
