import OrderedCollections

extension Topology {
  /// The topology as a tree for a terminal, a node on each line.
  ///
  /// What several nodes lead to is drawn in full below the first, and named below the others.
  package var treeText: String {
    var lines: [String] = []
    var drawn: Set<String> = []
    for root in roots { draw(root, [], "", &lines, &drawn) }
    // What only leads round in a circle has no root.
    for node in nodes.values where !drawn.contains(node.id) { draw(node, [], "", &lines, &drawn) }
    return lines.isEmpty ? "no networks" : lines.joined(separator: "\n")
  }

  private func draw(
    _ node: Node, _ addresses: [String], _ indent: String, _ lines: inout [String],
    _ drawn: inout Set<String>,
    branch: String = ""
  ) {
    let isNew = drawn.insert(node.id).inserted
    lines.append(
      indent + branch + words(node, addresses) + (isNew || edges(from: node.id).isEmpty ? "" : " (above)"))
    guard isNew else { return }
    let below = indent + (branch.isEmpty ? "" : branch.hasPrefix("└") ? "   " : "│  ")
    let edges = edges(from: node.id)
    for (index, edge) in edges.enumerated() {
      guard let next = nodes[edge.to] else { continue }
      let branch = index == edges.count - 1 ? "└─ " : "├─ "
      draw(next, edge.addresses, below, &lines, &drawn, branch: branch)
    }
  }

  private func words(_ node: Node, _ addresses: [String]) -> String {
    let kind = node.kind == .outside ? "outside network" : node.kind.rawValue
    let state = ["ACTIVE", "DOWN"].contains(node.state) && node.kind != .server ? [] : [node.state]
    return ([kind, node.name] + state + [(node.ranges + addresses).joined(separator: ", ")])
      .filter { !$0.isEmpty }.joined(separator: " ")
  }
}
