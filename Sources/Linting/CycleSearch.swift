/// Finds a cycle from a vertex by walking depth first along the needs, in their order.
struct CycleSearch {
  /// What is known of a vertex.
  private enum Mark {
    case unknown
    /// The way from the start leads through it.
    case onPath
    /// It was left again in this search.
    case left
    /// No cycle is reached from it.
    case clean
  }

  private let needs: [[Int]]
  private var marks: [Mark]

  init(_ needs: [[Int]]) {
    self.needs = needs
    marks = Array(repeating: .unknown, count: needs.count)
  }

  /// The first cycle met, as steps from one vertex to the next; nil when none is reached.
  mutating func cycle(from start: Int) -> [(from: Int, to: Int)]? {
    if marks[start] == .clean { return nil }
    var seen = [start]
    var path = [(vertex: start, next: 0)]
    marks[start] = .onPath
    while let (vertex, next) = path.last {
      guard next < needs[vertex].count else {
        path.removeLast()
        marks[vertex] = .left
        continue
      }
      path[path.count - 1].next += 1
      let other = needs[vertex][next]
      switch marks[other] {
      case .clean, .left: continue
      case .onPath:
        for vertex in seen { marks[vertex] = .unknown }
        let circle = path.map(\.vertex).drop { $0 != other } + [other]
        return zip(circle, circle.dropFirst()).map { ($0, $1) }
      case .unknown:
        marks[other] = .onPath
        seen.append(other)
        path.append((other, 0))
      }
    }
    for vertex in seen { marks[vertex] = .clean }
    return nil
  }
}
