import OrderedCollections

/// Places the vertices of a graph in layers from left to right, each right of all that it needs, with few
/// crossings and straight arrows.
///
/// An arrow over several layers has a bend in each between. After Sugiyama: layers by longest path, order by
/// barycentres, then heights that pull neighbours level.
struct LayeredLayout {
  /// A place in a layer: of a vertex, or of the bend of a long arrow.
  struct Spot {
    /// Nil for a bend.
    let vertex: String?
    let layer: Int
    var order = 0
    var height = 0.0
    /// The spots in the layer before and after that it is joined with.
    var before: [Int] = []
    var after: [Int] = []
  }

  /// How many bends there may be; with more, arrows go straight.
  private static let bendLimit = 20_000
  private static let sweeps = 16

  private(set) var spots: [Spot] = []
  /// The spots of each layer from top to bottom.
  private(set) var layers: [[Int]] = []
  /// The spots of each arrow, from what is needed to what needs it.
  private(set) var routes: [[Int]] = []

  /// The size of a vertex, and the room that a bend takes.
  private let boxHeight: Double
  private let bendHeight = 18.0

  init(_ graph: Graph<String>, of vertices: [String], boxHeight: Double) {
    self.boxHeight = boxHeight
    let level = Self.levels(graph, vertices)
    var spotOf: [String: Int] = [:]
    for vertex in vertices {
      spotOf[vertex] = spots.count
      spots.append(Spot(vertex: vertex, layer: level[vertex] ?? 0))
    }
    addRoutes(graph, vertices, spotOf)
    layers = Array(repeating: [], count: (spots.map(\.layer).max() ?? -1) + 1)
    for (index, spot) in spots.enumerated() { layers[spot.layer].append(index) }
    number()
    reduceCrossings()
    assignHeights()
  }

  // MARK: - Layers

  /// The layer of each: right of all that it needs, and as near as that allows to what needs it.
  private static func levels(_ graph: Graph<String>, _ vertices: [String]) -> [String: Int] {
    let order = graph.components.flatMap(\.self)
    var level: [String: Int] = [:]
    for vertex in order {
      level[vertex] = (graph.needs(of: vertex).compactMap { $0 == vertex ? nil : level[$0] }.max() ?? -1) + 1
    }
    let dependants = graph.reversed
    for vertex in order.reversed() {
      let nearest = dependants.needs(of: vertex).compactMap { level[$0] }.min()
      if let nearest { level[vertex] = max(level[vertex] ?? 0, nearest - 1) }
    }
    return level
  }

  private mutating func addRoutes(_ graph: Graph<String>, _ vertices: [String], _ spotOf: [String: Int]) {
    for vertex in vertices {
      guard let target = spotOf[vertex] else { continue }
      for other in graph.needs(of: vertex) where other != vertex {
        guard let start = spotOf[other] else { continue }
        routes.append(route(from: start, to: target))
      }
    }
  }

  private mutating func route(from start: Int, to target: Int) -> [Int] {
    var route = [start]
    let between = (spots[start].layer + 1)..<max(spots[start].layer + 1, spots[target].layer)
    if spots.count + between.count < Self.bendLimit {
      for layer in between {
        route.append(spots.count)
        spots.append(Spot(vertex: nil, layer: layer))
      }
    }
    route.append(target)
    for (left, right) in zip(route, route.dropFirst()) {
      spots[left].after.append(right)
      spots[right].before.append(left)
    }
    return route
  }

  // MARK: - Order

  private mutating func number() {
    for layer in layers {
      for (order, index) in layer.enumerated() { spots[index].order = order }
    }
  }

  private mutating func reduceCrossings() {
    var best = layers
    var fewest = crossings
    for sweep in 0..<Self.sweeps where fewest > 0 {
      let forward = sweep.isMultiple(of: 2)
      for layer in forward ? Array(layers.indices) : layers.indices.reversed() {
        sort(layer, by: forward ? \.before : \.after)
      }
      let count = crossings
      if count < fewest { (best, fewest) = (layers, count) }
    }
    layers = best
    number()
  }

  private mutating func sort(_ layer: Int, by neighbours: KeyPath<Spot, [Int]>) {
    let keyed = layers[layer].map { index -> (Int, Double) in
      let orders = spots[index][keyPath: neighbours].map { Double(spots[$0].order) }
      return (index, orders.isEmpty ? Double(spots[index].order) : orders.reduce(0, +) / Double(orders.count))
    }
    layers[layer] = keyed.enumerated().sorted {
      ($0.element.1, $0.offset) < ($1.element.1, $1.offset)
    }.map(\.element.0)
    for (order, index) in layers[layer].enumerated() { spots[index].order = order }
  }

  /// How many arrows cross between neighbouring layers, counted by inversions.
  private var crossings: Int {
    layers.reduce(0) { sum, layer in
      var counter = InversionCounter(
        layer.flatMap { index in spots[index].after.map { spots[$0].order }.sorted() })
      return sum + counter.count()
    }
  }

  // MARK: - Heights

  private mutating func assignHeights() {
    for layer in layers { settle(layer, wanted: Array(repeating: 0, count: layer.count)) }
    for sweep in 0..<Self.sweeps {
      let forward = sweep.isMultiple(of: 2)
      for layer in forward ? layers : layers.reversed() {
        settle(layer, wanted: layer.map { wantedHeight($0, isLast: sweep >= Self.sweeps - 2) })
      }
    }
    let top = spots.map { $0.height - room($0) / 2 }.min() ?? 0
    for index in spots.indices { spots[index].height -= top }
  }

  /// The mean height of the neighbours; bends count more, so that long arrows are straight.
  private func wantedHeight(_ index: Int, isLast: Bool) -> Double {
    let spot = spots[index]
    var (sum, weight) = (0.0, 0.0)
    for other in spot.before + spot.after {
      let share = spot.vertex == nil && spots[other].vertex == nil ? 4.0 : 1.0
      sum += spots[other].height * share
      weight += share
    }
    return weight == 0 ? spot.height : sum / weight
  }

  private func room(_ spot: Spot) -> Double { spot.vertex == nil ? bendHeight : boxHeight }

  /// Gives the spots of a layer the heights nearest to those wanted that keep order and distance: isotonic
  /// regression over what remains when the distances are taken away.
  private mutating func settle(_ layer: [Int], wanted: [Double]) {
    var offsets: [Double] = []
    var offset = 0.0
    for (position, index) in layer.enumerated() {
      if position > 0 { offset += (room(spots[layer[position - 1]]) + room(spots[index])) / 2 }
      offsets.append(offset)
    }
    var blocks: [(sum: Double, count: Int)] = []
    for (position, height) in wanted.enumerated() {
      blocks.append((height - offsets[position], 1))
      while blocks.count > 1 {
        let (last, previous) = (blocks[blocks.count - 1], blocks[blocks.count - 2])
        guard previous.sum / Double(previous.count) > last.sum / Double(last.count) else { break }
        blocks.removeLast(2)
        blocks.append((previous.sum + last.sum, previous.count + last.count))
      }
    }
    var position = 0
    for block in blocks {
      for _ in 0..<block.count {
        spots[layer[position]].height = block.sum / Double(block.count) + offsets[position]
        position += 1
      }
    }
  }
}

/// Counts the pairs of a sequence that stand in the wrong order, by merging.
private struct InversionCounter {
  private var items: [Int]

  init(_ items: [Int]) { self.items = items }

  mutating func count() -> Int {
    var width = 1
    var total = 0
    while width < items.count {
      var merged: [Int] = []
      merged.reserveCapacity(items.count)
      for start in stride(from: 0, to: items.count, by: 2 * width) {
        let middle = min(start + width, items.count)
        total += merge(start..<middle, middle..<min(middle + width, items.count), into: &merged)
      }
      items = merged
      width *= 2
    }
    return total
  }

  private func merge(_ left: Range<Int>, _ right: Range<Int>, into merged: inout [Int]) -> Int {
    var (first, second, total) = (left.lowerBound, right.lowerBound, 0)
    while first < left.upperBound || second < right.upperBound {
      if second == right.upperBound || (first < left.upperBound && items[first] <= items[second]) {
        merged.append(items[first])
        first += 1
      } else {
        total += left.upperBound - first
        merged.append(items[second])
        second += 1
      }
    }
    return total
  }
}
