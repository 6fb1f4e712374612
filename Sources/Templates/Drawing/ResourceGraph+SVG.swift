import Document
import OrderedCollections

extension ResourceGraph {
  /// The resources as a picture: from left to right in the order in which they are made, with a colour for
  /// each kind, or for each state.
  package var svgText: String { GraphPicture(self).text }
}

/// Draws a graph of resources as SVG.
private struct GraphPicture {
  /// The narrowest and the widest box: names get the room that they need, up to a point.
  private static let widths = 150.0...290.0
  private static let gap = (x: 76.0, y: 14.0)
  private static let margin = 24.0
  private static let header = 46.0

  private let drawing: ResourceGraph
  private let graph: Graph<String>
  private let layout: LayeredLayout
  private let box: (width: Double, height: Double)
  /// The resources without any arrow, which stand in rows below.
  private let lonely: [String]

  init(_ drawing: ResourceGraph) {
    self.drawing = drawing
    let graph = drawing.graph
    self.graph = graph
    let needed = Set(graph.vertices.flatMap { [String](graph.needs(of: $0)) })
    let wanted = drawing.nodes.values.map { node in
      max(TextWidth.of(node.id, size: 12.5, isBold: true), TextWidth.of(Self.detail(node), size: 10.5))
    }
    let width = (wanted.max() ?? 0) + 28
    box = (min(max(width, Self.widths.lowerBound), Self.widths.upperBound), 44)
    let isLonely = { (id: String) in graph.needs(of: id).isEmpty && !needed.contains(id) }
    lonely = graph.vertices.filter(isLonely)
    layout = LayeredLayout(
      graph, of: graph.vertices.filter { !isLonely($0) }, boxHeight: box.height + Self.gap.y)
  }

  // MARK: - Measures

  private var columns: Int { max(layout.layers.count, min(4, lonely.count), 2) }
  private var width: Double {
    2 * Self.margin + Double(columns) * (box.width + Self.gap.x) - Self.gap.x
  }
  private var graphHeight: Double {
    layout.spots.map { $0.height + (box.height + Self.gap.y) / 2 }.max() ?? 0
  }
  private var lonelyHeight: Double {
    Double((lonely.count + columns - 1) / columns) * (box.height + Self.gap.y)
  }
  private var legendTop: Double { Self.header + Self.margin + graphHeight + lonelyHeight + Self.gap.y }
  private var height: Double { legendTop + 22 * Double(legendRows.count) + Self.margin }

  private func x(_ layer: Int) -> Double { Self.margin + Double(layer) * (box.width + Self.gap.x) }
  private func y(_ height: Double) -> Double { Self.header + Self.margin + height }

  // MARK: - Parts

  var text: String {
    var parts = [
      SVG.head(width: width, height: height),
      title,
    ]
    parts += layout.routes.map(arrow)
    for spot in layout.spots {
      if let id = spot.vertex { parts.append(box(id, x(spot.layer), y(spot.height) - box.height / 2)) }
    }
    for (index, id) in lonely.enumerated() {
      let row = Double(index / columns)
      parts.append(box(id, x(index % columns), y(graphHeight) + row * (box.height + Self.gap.y)))
    }
    return (parts + legend + ["</svg>", ""]).joined(separator: "\n")
  }

  private var title: String { SVG.title(drawing.title, drawing.subtitle, x: Self.margin) }

  private func box(_ id: String, _ x: Double, _ y: Double) -> String {
    guard let node = drawing.nodes[id] else { return "" }
    let colors = node.state?.colors ?? ResourceFamily(type: node.type).colors
    let condition = node.condition.map { " if \($0)" } ?? ""
    let state = node.state.map { ", \($0.word)" + ($0.reason.isEmpty ? "" : ": \($0.reason)") } ?? ""
    return SVG.box(
      x: x, y: y, width: box.width, height: box.height, colors: colors,
      title: "\(id): \(node.type)\(condition)\(state)", id, Self.detail(node),
      isDashed: node.condition != nil || node.state?.tone == .active)
  }

  /// What is said below a resource's name: its type, and how it is.
  private static func detail(_ node: ResourceGraph.Node) -> String {
    let state = node.state.map { " · " + $0.word.lowercased().replacing("_", with: " ") } ?? ""
    return shortType(node.type) + state
  }

  /// `EC2 · Instance` for `AWS::EC2::Instance`.
  private static func shortType(_ type: String) -> String {
    let parts = type.split(separator: ":", omittingEmptySubsequences: true)
    return (parts.count > 2 ? parts.dropFirst() : parts[...]).joined(separator: " · ")
  }

  /// A curve from the right side of one box to the left side of another, level at both and at each bend.
  private func arrow(_ route: [Int]) -> String {
    var points: [(x: Double, y: Double)] = []
    for index in route {
      let spot = layout.spots[index]
      let height = y(spot.height)
      if index != route.first { points.append((x(spot.layer) - (index == route.last ? 3 : 0), height)) }
      if index != route.last { points.append((x(spot.layer) + box.width, height)) }
    }
    var path = "M\(SVG.number(points[0].x)) \(SVG.number(points[0].y))"
    for (from, to) in zip(points, points.dropFirst()) { path += " " + SVG.curve(from: from, to: to) }
    return "<path d=\"\(path)\" fill=\"none\" stroke=\"#9aa5b4\" stroke-width=\"1.3\"/>" + head(points)
  }

  /// A small triangle at the end; drawn, since not every viewer knows markers.
  private func head(_ points: [(x: Double, y: Double)]) -> String {
    guard let end = points.last else { return "" }
    let corners = [(end.x + 3, end.y), (end.x - 5, end.y - 3.6), (end.x - 5, end.y + 3.6)]
    let text = corners.map { "\(SVG.number($0.0)),\(SVG.number($0.1))" }.joined(separator: " ")
    return "<polygon points=\"\(text)\" fill=\"#7d8896\"/>"
  }

  // MARK: - Legend

  /// None where the colours are those of states, which are named in the boxes.
  private var kinds: [ResourceFamily] {
    if drawing.nodes.values.contains(where: { $0.state != nil }) { return [] }
    let used = Set(drawing.nodes.values.map { ResourceFamily(type: $0.type) })
    return ResourceFamily.allCases.filter(used.contains)
  }

  private var legendRows: [[ResourceFamily]] {
    let perRow = max(1, Int((width - 2 * Self.margin) / 110))
    return stride(from: 0, to: kinds.count, by: perRow).map {
      Array(kinds[$0..<min($0 + perRow, kinds.count)])
    }
  }

  private var legend: [String] {
    legendRows.enumerated().flatMap { row, kinds in
      kinds.enumerated().map { column, kind in
        let (left, top) = (Self.margin + Double(column) * 110, legendTop + Double(row) * 22)
        return "<rect x=\"\(SVG.number(left))\" y=\"\(SVG.number(top))\" width=\"11\" height=\"11\" rx=\"2\" "
          + "fill=\"\(kind.colors.mark)\"/>"
          + SVG.label(kind.rawValue, x: left + 17, y: top + 9.5, size: 11, color: "#4d5866")
      }
    }
  }
}
