import Ambience

/// What each bar of a timeline had to wait for, and the path that decided when the last one ended.
struct TimelineGraph {
  private(set) var bars: [Timeline.Bar]
  private(set) var critical: [Int] = []
  private let needs: [String: [String]]
  private var users: [String: [String]] = [:]
  /// When each part began: its first event at the latest, or the end of all of the part before.
  private var starts: [Timestamp] = []

  /// Works out a graph over bars in the order of their starts.
  init(_ bars: [Timeline.Bar], needs: [String: [String]], start: Timestamp) {
    self.bars = bars
    self.needs = needs
    for (id, others) in needs { for other in others { users[other, default: []].append(id) } }
    setStarts(start)
    connect()
    trace()
  }

  private mutating func setStarts(_ start: Timestamp) {
    let last = bars.map(\.part).max() ?? 0
    starts = [start]
    for part in 0..<last {
      let ends = bars.lazy.filter { $0.part == part }.map(\.ended)
      starts.append(max(starts[part], ends.max() ?? start))
    }
  }

  private mutating func connect() {
    var known: [Key: Int] = [:]
    for (index, bar) in bars.enumerated() { known[Key(bar)] = index }
    for index in bars.indices {
      let bar = bars[index]
      var found = neighbours(of: bar, known).filter { $0 != index && bars[$0].ended <= bar.started }
      // What is deleted to make room for its own replacement.
      if !bar.isRemoval, let old = known[Key(bar, isRemoval: true)], bars[old].ended <= bar.started {
        found.append(old)
      }
      bars[index].needs = found.sorted()
      let ends = found.map { bars[$0].ended }
      bars[index].ready = min(bar.started, max(starts[bar.part], ends.max() ?? starts[bar.part]))
    }
  }

  /// The bars of what a resource needs, or of what needs it when it goes; through those that weren't worked on.
  private func neighbours(of bar: Timeline.Bar, _ known: [Key: Int]) -> [Int] {
    let next = bar.isRemoval ? users : needs
    var found: Set<Int> = []
    var seen: Set<String> = [bar.logicalID]
    var open = next[bar.logicalID] ?? []
    while let id = open.popLast() {
      guard seen.insert(id).inserted else { continue }
      if let index = known[Key(id, bar)] {
        found.insert(index)
      } else {
        open += next[id] ?? []
      }
    }
    return Array(found)
  }

  /// Follows what each bar waited for longest, from the bar that ended last.
  private mutating func trace() {
    var next = latest(bars.indices)
    while let index = next {
      critical.append(index)
      bars[index].isCritical = true
      next = latest(bars[index].needs) ?? latest(bars.indices.filter { bars[$0].part < bars[index].part })
    }
    critical.reverse()
  }

  private func latest(_ indices: some Sequence<Int>) -> Int? {
    // What took no time ends with what it waited for, and comes after it.
    indices.max { (bars[$0].ended, $0) < (bars[$1].ended, $1) }
  }

  /// A resource's bar is known by what is done to it, in its part.
  private struct Key: Hashable {
    let logicalID: String
    let part: Int
    let isRemoval: Bool

    init(_ bar: Timeline.Bar) { self.init(bar.logicalID, bar) }

    init(_ logicalID: String, _ bar: Timeline.Bar) {
      self.logicalID = logicalID
      part = bar.part
      isRemoval = bar.isRemoval
    }

    init(_ bar: Timeline.Bar, isRemoval: Bool) {
      logicalID = bar.logicalID
      part = bar.part
      self.isRemoval = isRemoval
    }
  }
}

extension Timeline.Bar {
  /// Whether it goes against the arrows: what needs a resource is deleted, or put to sleep, before it.
  var isRemoval: Bool { verb == "DELETE" || verb == "SUSPEND" }
}
