package import OrderedCollections

/// Which things need which others first.
///
/// Vertices and edges keep the order in which they were added, so every answer is the same each time. Inside,
/// a vertex is its position, so that each is hashed only when it is added.
package struct Graph<Vertex: Hashable & Sendable>: Sendable {
  package private(set) var vertices: OrderedSet<Vertex> = []
  /// What each vertex needs.
  private var edges: [OrderedSet<Int>] = []

  package init() {}

  package mutating func add(_ vertex: Vertex) { _ = position(adding: vertex) }

  /// Says that one vertex needs another first.
  package mutating func add(_ vertex: Vertex, needs other: Vertex) {
    let from = position(adding: vertex)
    edges[from].append(position(adding: other))
  }

  private mutating func position(adding vertex: Vertex) -> Int {
    let (isNew, position) = vertices.append(vertex)
    if isNew { edges.append([]) }
    return position
  }

  /// What a vertex needs directly.
  package func needs(of vertex: Vertex) -> OrderedSet<Vertex> {
    guard let position = vertices.firstIndex(of: vertex) else { return [] }
    return OrderedSet(edges[position].lazy.map { vertices[$0] })
  }

  /// The same vertices with every arrow turned round: what needs a vertex.
  package var reversed: Graph {
    var result = Graph()
    result.vertices = vertices
    result.edges = Array(repeating: [], count: vertices.count)
    for (vertex, needs) in edges.enumerated() {
      for other in needs { result.edges[other].append(vertex) }
    }
    return result
  }

  /// Whether a vertex needs another, directly or through others.
  package func reaches(_ target: Vertex, from start: Vertex) -> Bool {
    path(from: start, to: target) != nil
  }

  /// A shortest way along the needs, both ends included; nil when there is none.
  ///
  /// A way from a vertex to itself has at least one step.
  package func path(from start: Vertex, to target: Vertex) -> [Vertex]? {
    guard let start = vertices.firstIndex(of: start), let target = vertices.firstIndex(of: target) else {
      return nil
    }
    return path(from: start, to: target) { _ in true }?.map { vertices[$0] }
  }

  private func path(from start: Int, to target: Int, within allowed: (Int) -> Bool) -> [Int]? {
    var cameFrom: [Int: Int] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let vertex = queue[next]
      next += 1
      for other in edges[vertex] where allowed(other) {
        if other == target {
          var path = [target, vertex]
          var step = vertex
          while step != start, let earlier = cameFrom[step] {
            path.append(earlier)
            step = earlier
          }
          return path.reversed()
        }
        if other != start, cameFrom[other] == nil {
          cameFrom[other] = vertex
          queue.append(other)
        }
      }
    }
    return nil
  }

  /// A shortest cycle out of each knot of vertices that need each other: `[a, b, a]`.
  package var cycles: [[Vertex]] {
    knots.compactMap { knot in
      guard let first = knot.min() else { return nil }
      if knot.count == 1, !edges[first].contains(first) { return nil }
      let members = Set(knot)
      return path(from: first, to: first, within: members.contains)?.map { vertices[$0] }
    }
  }

  /// The vertices so that each stands after all that it needs; nil when there is a cycle.
  package var order: [Vertex]? {
    let knots = knots
    guard knots.allSatisfy({ $0.count == 1 && !edges[$0[0]].contains($0[0]) }) else { return nil }
    return knots.map { vertices[$0[0]] }
  }

  /// The strongly connected components, each after those that it needs.
  package var components: [[Vertex]] { knots.map { knot in knot.map { vertices[$0] } } }

  private var knots: [[Int]] {
    var search = ComponentSearch(edges)
    for vertex in vertices.indices { search.visit(vertex) }
    return search.components
  }
}

/// Tarjan's algorithm, without recursion so that long chains can't exhaust the stack.
private struct ComponentSearch {
  private struct Frame {
    let vertex: Int
    var next = 0
  }

  private let edges: [OrderedSet<Int>]
  /// The numbers of vertices in the order of visits; nil for those that aren't visited yet.
  private var numbers: [Int?]
  private var lows: [Int]
  private var count = 0
  private var stack: [Int] = []
  private var isOnStack: [Bool]
  private(set) var components: [[Int]] = []

  init(_ edges: [OrderedSet<Int>]) {
    self.edges = edges
    numbers = Array(repeating: nil, count: edges.count)
    lows = Array(repeating: 0, count: edges.count)
    isOnStack = Array(repeating: false, count: edges.count)
  }

  mutating func visit(_ start: Int) {
    guard numbers[start] == nil else { return }
    var frames = [enter(start)]
    while var frame = frames.popLast() {
      let vertex = frame.vertex
      if frame.next < edges[vertex].count {
        let other = edges[vertex][frame.next]
        frame.next += 1
        frames.append(frame)
        if let number = numbers[other] {
          if isOnStack[other] { lows[vertex] = min(lows[vertex], number) }
        } else {
          frames.append(enter(other))
        }
      } else {
        if lows[vertex] == numbers[vertex] { close(vertex) }
        if let parent = frames.last?.vertex { lows[parent] = min(lows[parent], lows[vertex]) }
      }
    }
  }

  private mutating func enter(_ vertex: Int) -> Frame {
    numbers[vertex] = count
    lows[vertex] = count
    count += 1
    stack.append(vertex)
    isOnStack[vertex] = true
    return Frame(vertex: vertex)
  }

  private mutating func close(_ root: Int) {
    var component: [Int] = []
    while let vertex = stack.popLast() {
      isOnStack[vertex] = false
      component.append(vertex)
      if vertex == root { break }
    }
    components.append(component.reversed())
  }
}
