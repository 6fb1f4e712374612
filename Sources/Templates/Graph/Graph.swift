package import OrderedCollections

/// Which things need which others first.
///
/// Vertices and edges keep the order in which they were added, so every answer is the same each time.
package struct Graph<Vertex: Hashable & Sendable>: Sendable {
  package private(set) var vertices: OrderedSet<Vertex> = []
  private var edges: [Vertex: OrderedSet<Vertex>] = [:]

  package init() {}

  package mutating func add(_ vertex: Vertex) { vertices.append(vertex) }

  /// Says that one vertex needs another first.
  package mutating func add(_ vertex: Vertex, needs other: Vertex) {
    vertices.append(vertex)
    vertices.append(other)
    edges[vertex, default: []].append(other)
  }

  /// What a vertex needs directly.
  package func needs(of vertex: Vertex) -> OrderedSet<Vertex> { edges[vertex] ?? [] }

  /// The same vertices with every arrow turned round: what needs a vertex.
  package var reversed: Graph {
    var result = Graph()
    for vertex in vertices { result.add(vertex) }
    for vertex in vertices {
      for other in needs(of: vertex) { result.add(other, needs: vertex) }
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
  package func path(
    from start: Vertex, to target: Vertex, within allowed: (Vertex) -> Bool = { _ in true }
  ) -> [Vertex]? {
    var cameFrom: [Vertex: Vertex] = [:]
    var queue = [start]
    var next = 0
    while next < queue.count {
      let vertex = queue[next]
      next += 1
      for other in needs(of: vertex) where allowed(other) {
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
    components.compactMap { component in
      guard let first = component.first else { return nil }
      guard component.count > 1 else { return needs(of: first).contains(first) ? [first, first] : nil }
      let members = Set(component)
      return vertices.lazy.filter { members.contains($0) }.prefix(1)
        .compactMap { path(from: $0, to: $0, within: members.contains) }.first
    }
  }

  /// The vertices so that each stands after all that it needs; nil when there is a cycle.
  package var order: [Vertex]? {
    let components = components
    guard components.allSatisfy({ $0.count == 1 && !needs(of: $0[0]).contains($0[0]) }) else { return nil }
    return components.flatMap(\.self)
  }
}

extension Graph {
  /// The strongly connected components, each after those that it needs (Tarjan's algorithm, without
  /// recursion so that long chains can't exhaust the stack).
  package var components: [[Vertex]] {
    var search = ComponentSearch(self)
    for vertex in vertices { search.visit(vertex) }
    return search.components
  }
}

private struct ComponentSearch<Vertex: Hashable & Sendable> {
  private struct Frame {
    let vertex: Vertex
    let needs: OrderedSet<Vertex>
    var next = 0
  }

  private let graph: Graph<Vertex>
  private var numbers: [Vertex: Int] = [:]
  private var lows: [Vertex: Int] = [:]
  private var stack: [Vertex] = []
  private var isOnStack: Set<Vertex> = []
  private(set) var components: [[Vertex]] = []

  init(_ graph: Graph<Vertex>) { self.graph = graph }

  mutating func visit(_ start: Vertex) {
    guard numbers[start] == nil else { return }
    var frames = [enter(start)]
    while var frame = frames.popLast() {
      if frame.next < frame.needs.count {
        let other = frame.needs[frame.next]
        frame.next += 1
        frames.append(frame)
        if numbers[other] == nil {
          frames.append(enter(other))
        } else if isOnStack.contains(other) {
          lower(frame.vertex, to: numbers[other] ?? 0)
        }
      } else {
        if lows[frame.vertex] == numbers[frame.vertex] { close(frame.vertex) }
        if let parent = frames.last { lower(parent.vertex, to: lows[frame.vertex] ?? 0) }
      }
    }
  }

  private mutating func enter(_ vertex: Vertex) -> Frame {
    numbers[vertex] = numbers.count
    lows[vertex] = numbers[vertex]
    stack.append(vertex)
    isOnStack.insert(vertex)
    return Frame(vertex: vertex, needs: graph.needs(of: vertex))
  }

  private mutating func lower(_ vertex: Vertex, to number: Int) {
    lows[vertex] = min(lows[vertex] ?? number, number)
  }

  private mutating func close(_ root: Vertex) {
    var component: [Vertex] = []
    while let vertex = stack.popLast() {
      isOnStack.remove(vertex)
      component.append(vertex)
      if vertex == root { break }
    }
    components.append(component.reversed())
  }
}
