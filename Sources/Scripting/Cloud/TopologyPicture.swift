import OpenStack
import OrderedCollections
import Templates

extension Topology {
  /// The topology for Graphviz.
  var dotText: String {
    let shapes: [Node.Kind: String] = [
      .outside: "doubleoctagon", .router: "diamond", .network: "ellipse", .server: "box", .port: "plain",
    ]
    let quoted = Template.quoted
    let nodes = nodes.values.map { node in
      let label = ([node.name] + node.ranges).joined(separator: "\n")
      return "  \(quoted(node.id)) [label=\(quoted(label)), shape=\(shapes[node.kind] ?? "box")];"
    }
    let edges = edges.map { edge in
      "  \(quoted(edge.from)) -- \(quoted(edge.to)) [label=\(quoted(edge.addresses.joined(separator: ", ")))];"
    }
    return (["graph topology {", "  rankdir=LR;"] + nodes + edges + ["}", ""]).joined(separator: "\n")
  }

  /// The topology as a picture: from the outside on the left to the servers on the right.
  var svgText: String { TopologyPicture(self).text }
}

/// Draws a topology as SVG, each node in the column of its kind.
private struct TopologyPicture {
  private typealias Point = (x: Double, y: Double)

  private static let box = (width: 210.0, height: 44.0)
  private static let gap = (x: 150.0, y: 16.0)
  private static let margin = 24.0
  private static let header = 46.0

  private let topology: Topology
  /// Where each node's box begins.
  private let places: [String: Point]
  private let size: Point

  init(_ topology: Topology) {
    self.topology = topology
    var layout = Layout(topology)
    for root in topology.roots { layout.place(root) }
    for node in topology.nodes.values { layout.place(node) }
    places = layout.rows.mapValues { row in
      (
        Self.margin + Double(row.column) * (Self.box.width + Self.gap.x),
        Self.header + Self.margin + row.height * (Self.box.height + Self.gap.y)
      )
    }
    let right = places.values.map(\.x).max() ?? Self.margin
    let bottom = places.values.map(\.y).max() ?? Self.header
    size = (max(right + Self.box.width + Self.margin, 420), bottom + Self.box.height + Self.margin)
  }

  /// Gives each node a column and a height: what leads to nothing further a row of its own, others the middle of
  /// what they lead to.
  private struct Layout {
    let topology: Topology
    var rows: [String: (column: Int, height: Double)] = [:]
    private var next = 0.0

    init(_ topology: Topology) { self.topology = topology }

    mutating func place(_ node: Topology.Node) {
      guard rows[node.id] == nil else { return }
      rows[node.id] = (Self.column(node.kind), next)
      let edges = topology.edges(from: node.id).filter { rows[$0.to] == nil }
      for edge in edges { if let below = topology.nodes[edge.to] { place(below) } }
      let heights = Set(edges.map(\.to)).compactMap { rows[$0]?.height }
      if let first = heights.min(), let last = heights.max() {
        rows[node.id]?.height = (first + last) / 2
      } else {
        rows[node.id]?.height = next
        next += 1
      }
    }

    private static func column(_ kind: Topology.Node.Kind) -> Int {
      switch kind {
      case .outside: 0
      case .router: 1
      case .network: 2
      case .server, .port: 3
      }
    }
  }

  // MARK: - Parts

  var text: String {
    let servers = topology.nodes.values.count { $0.kind == .server }
    let networks = topology.nodes.values.count { $0.kind == .network }
    let count = "\(networks) network\(networks == 1 ? "" : "s"), \(servers) server\(servers == 1 ? "" : "s")"
    let title = SVG.title("Topology", count, x: Self.margin)
    var parts = [SVG.head(width: size.x, height: size.y), title]
    parts += topology.edges.compactMap(line)
    parts += topology.nodes.values.compactMap(box)
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private func box(_ node: Topology.Node) -> String? {
    guard let place = places[node.id] else { return nil }
    let kind = node.kind == .outside ? "outside network" : node.kind.rawValue
    let second = ([kind, node.state] + node.ranges).filter { !$0.isEmpty }.joined(separator: " · ")
    return SVG.box(
      x: place.x, y: place.y, width: Self.box.width, height: Self.box.height, colors: Self.colors(node.kind),
      title: "\(node.name) (\(node.id))", node.name, second, isDashed: node.state == "ERROR")
  }

  private func line(_ edge: Topology.Edge) -> String? {
    guard let one = places[edge.from], let other = places[edge.to] else { return nil }
    // From left to right, whichever way it was found.
    let (left, right) = one.x <= other.x ? (one, other) : (other, one)
    let half = Self.box.height / 2
    let from = (x: left.x + Self.box.width, y: left.y + half)
    let to = (x: right.x, y: right.y + half)
    let path = "M\(SVG.number(from.x)) \(SVG.number(from.y)) " + SVG.curve(from: from, to: to)
    let curve = "<path d=\"\(path)\" fill=\"none\" stroke=\"#9aa5b4\" stroke-width=\"1.3\"/>"
    let room = Self.gap.x - 12
    // Addresses of one line each, beside what has them, on the side that the curve doesn't come from.
    let top = from.y < to.y - 1 ? to.y + 12 : to.y - 4
    let labels = edge.addresses.enumerated().map { index, address in
      let text = TextWidth.cut(address, size: 10, to: room)
      let x = to.x - 6 - TextWidth.of(text, size: 10)
      return SVG.label(text, x: x, y: top + Double(index) * 12, size: 10, color: "#4d5866")
    }
    return ([curve] + labels).joined(separator: "\n")
  }

  private static func colors(_ kind: Topology.Node.Kind) -> (mark: String, fill: String) {
    switch kind {
    case .outside: ("#5b6b7f", "#eef1f5")
    case .router: ("#d9822b", "#fdf1e3")
    case .network: ("#2b78c5", "#e7f1fb")
    case .server: ("#2f9e5b", "#e6f5ec")
    case .port: ("#8a63c7", "#f6f2fb")
    }
  }
}
