import Document
import OrderedCollections

extension Template {
  /// Which resources need which others first.
  package var graph: Graph<String> {
    var graph = Graph<String>()
    for resource in resources.values {
      graph.add(resource.logicalID)
      for other in resource.dependencies where resources[other] != nil {
        graph.add(resource.logicalID, needs: other)
      }
    }
    return graph
  }

  /// The resources as a tree for a terminal: below each stands what it needs.
  ///
  /// What was shown above already is shown by its name alone.
  package var treeText: String {
    let graph = graph
    let needed = Set(graph.vertices.flatMap { Array(graph.needs(of: $0)) })
    var tree = TreeText(template: self, graph: graph)
    for id in graph.vertices where !needed.contains(id) { tree.root(id) }
    return tree.lines.joined(separator: "\n")
  }

  /// The graph for Graphviz; arrows lead from what is made first to what needs it.
  package var dotText: String {
    let graph = graph
    var lines = [
      "digraph template {", "  rankdir=LR;",
      "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];",
      "  edge [color=\"#8a94a3\", arrowsize=0.7];",
    ]
    for resource in resources.values {
      let colors = ResourceFamily(type: resource.type).colors
      let style = resource.condition == nil ? "" : ", style=\"rounded,filled,dashed\""
      lines.append(
        "  \(Self.quoted(resource.logicalID)) [label=\(Self.quoted("\(resource.logicalID)\n\(resource.type)")), "
          + "color=\"\(colors.mark)\", fillcolor=\"\(colors.fill)\"\(style)];")
    }
    for id in graph.vertices {
      for other in graph.needs(of: id) { lines.append("  \(Self.quoted(other)) -> \(Self.quoted(id));") }
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// A text as Graphviz reads it.
  package static func quoted(_ text: String) -> String {
    var result = "\""
    for character in text {
      switch character {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return result + "\""
  }
}

/// Draws the lines of a tree.
private struct TreeText {
  /// How deep the tree is drawn; a longer chain goes on at the left.
  private static let depthLimit = 40

  let template: Template
  let graph: Graph<String>
  private(set) var lines: [String] = []
  private var shown: Set<String> = []

  init(template: Template, graph: Graph<String>) {
    self.template = template
    self.graph = graph
  }

  mutating func root(_ id: String) { add(id, lead: "", margin: "", depth: 0) }

  private mutating func add(_ id: String, lead: String, margin: String, depth: Int) {
    let needs = Array(graph.needs(of: id))
    guard shown.insert(id).inserted, depth < Self.depthLimit else {
      lines.append(lead + id + (needs.isEmpty ? "" : " …"))
      return
    }
    let condition = template.resources[id]?.condition.map { "  if \($0)" } ?? ""
    lines.append("\(lead)\(id)  \(template.resources[id]?.type ?? "")\(condition)")
    for (index, other) in needs.enumerated() {
      let isLast = index == needs.count - 1
      add(
        other, lead: margin + (isLast ? "└─ " : "├─ "), margin: margin + (isLast ? "   " : "│  "),
        depth: depth + 1)
    }
  }
}
