package import Document
import OrderedCollections

extension ResourceGraph {
  /// The resources as a tree for a terminal: below each stands what it needs.
  ///
  /// What was shown above already is shown by its name alone.
  package var treeLines: [TonedLine] {
    let needed = Set(graph.vertices.flatMap { Array(graph.needs(of: $0)) })
    var tree = ResourceTree(self)
    for id in graph.vertices where !needed.contains(id) { tree.root(id) }
    return tree.lines
  }

  package var treeText: String { treeLines.map(\.text).joined(separator: "\n") }
}

/// Draws the lines of a tree.
private struct ResourceTree {
  /// How deep the tree is drawn; a longer chain goes on at the left.
  private static let depthLimit = 40

  private let drawing: ResourceGraph
  private(set) var lines: [TonedLine] = []
  private var shown: Set<String> = []

  init(_ drawing: ResourceGraph) { self.drawing = drawing }

  mutating func root(_ id: String) { add(id, lead: "", margin: "", depth: 0) }

  private mutating func add(_ id: String, lead: String, margin: String, depth: Int) {
    let needs = Array(drawing.graph.needs(of: id))
    var line = TonedLine(lead, drawing.nodes[id]?.state == nil ? .plain : .faint)
    guard shown.insert(id).inserted, depth < Self.depthLimit else {
      line.append(id + (needs.isEmpty ? "" : " …"))
      return lines.append(line)
    }
    append(drawing.nodes[id], id, to: &line)
    lines.append(line)
    for (index, other) in needs.enumerated() {
      let isLast = index == needs.count - 1
      add(
        other, lead: margin + (isLast ? "└─ " : "├─ "), margin: margin + (isLast ? "   " : "│  "),
        depth: depth + 1)
    }
  }

  private func append(_ node: ResourceGraph.Node?, _ id: String, to line: inout TonedLine) {
    guard let state = node?.state else {
      let condition = node?.condition.map { "  if \($0)" } ?? ""
      return line.append("\(id)  \(node?.type ?? "")\(condition)")
    }
    let mark =
      switch state.tone {
      case .good: "✓ "
      case .bad: "✗ "
      case .active: "▸ "
      case .plain, .strong, .faint: "○ "
      }
    line.append(mark, state.tone)
    line.append(id, .strong)
    line.append("  \(node?.type ?? "")", .faint)
    line.append("  \(state.word)", state.tone)
    if !state.reason.isEmpty { line.append("  \(state.reason)") }
  }
}
