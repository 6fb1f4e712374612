/// Sleeping tasks by the time at which they wake; those of the same time wake in the order they fell asleep.
struct Timers {
  typealias Continuation = CheckedContinuation<Void, any Error>

  private struct Sleeper {
    let id: UInt64
    let due: Duration
    let continuation: Continuation
  }

  /// A binary heap.
  private var heap: [Sleeper] = []
  private var lastID: UInt64 = 0
  /// Cancelled before they fell asleep.
  private var cancelled: Set<UInt64> = []
  private var announced: Set<UInt64> = []

  var nextDue: Duration? { heap.first?.due }

  /// An identity for a sleep that is about to begin.
  mutating func announce() -> UInt64 {
    lastID += 1
    announced.insert(lastID)
    return lastID
  }

  /// Begins a sleep; returns the continuation when it is to be resumed as cancelled at once.
  mutating func begin(_ id: UInt64, due: Duration, _ continuation: Continuation) -> Continuation? {
    announced.remove(id)
    if cancelled.remove(id) != nil { return continuation }
    heap.append(Sleeper(id: id, due: due, continuation: continuation))
    siftUp(heap.count - 1)
    return nil
  }

  /// Ends a sleep; returns the continuation to resume, if it had begun.
  mutating func cancel(_ id: UInt64) -> Continuation? {
    if announced.contains(id) {
      cancelled.insert(id)
      return nil
    }
    guard let index = heap.firstIndex(where: { $0.id == id }) else { return nil }
    let sleeper = heap[index]
    heap.remove(at: index)
    heap.sort { Self.isEarlier($0, $1) }
    return sleeper.continuation
  }

  /// Takes away the sleeper that wakes first.
  mutating func popFirst() -> Continuation? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown(0)
    }
    return first.continuation
  }

  private static func isEarlier(_ left: Sleeper, _ right: Sleeper) -> Bool {
    (left.due, left.id) < (right.due, right.id)
  }

  private mutating func siftUp(_ start: Int) {
    var child = start
    while child > 0 {
      let parent = (child - 1) / 2
      guard Self.isEarlier(heap[child], heap[parent]) else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var parent = start
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
        if Self.isEarlier(heap[child], heap[least]) { least = child }
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
