/// Finds a cycle from a vertex by walking depth first along the needs, in their order.
struct CycleSearch {
  private let needs: [[Int]]
  /// Whether it is known that no cycle is reached from a vertex.
  private var isClean: [Bool]

  init(_ needs: [[Int]]) {
    self.needs = needs
    isClean = Array(repeating: false, count: needs.count)
  }

  /// The first cycle met, as steps from one vertex to the next; nil when none is reached.
  mutating func cycle(from start: Int) -> [(from: Int, to: Int)]? {
    if isClean[start] { return nil }
    var seen: Set<Int> = [start]
    var path = [start]
    var next = [0]
    var isOnPath: Set<Int> = [start]
    while let vertex = path.last {
      let index = next[next.count - 1]
      guard index < needs[vertex].count else {
        path.removeLast()
        next.removeLast()
        isOnPath.remove(vertex)
        continue
      }
      next[next.count - 1] += 1
      let other = needs[vertex][index]
      if isOnPath.contains(other), let first = path.firstIndex(of: other) {
        let circle = path[first...] + [other]
        return zip(circle, circle.dropFirst()).map { ($0, $1) }
      }
      guard !isClean[other], seen.insert(other).inserted else { continue }
      path.append(other)
      next.append(0)
      isOnPath.insert(other)
    }
    for vertex in seen { isClean[vertex] = true }
    return nil
  }
}
