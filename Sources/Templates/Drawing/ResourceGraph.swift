package import Document
package import OrderedCollections

/// Resources and which of them need which others, to be drawn: those of a template, or a stack's with their states.
package struct ResourceGraph: Sendable {
  package struct Node: Sendable {
    package let id: String
    package let type: String
    package let condition: String?
    /// How it is; nil for the resource of a template.
    package let state: State?

    package init(_ id: String, type: String, condition: String? = nil, state: State? = nil) {
      self.id = id
      self.type = type
      self.condition = condition
      self.state = state
    }
  }

  /// How a resource of a stack is.
  package struct State: Sendable {
    package let word: String
    package let tone: TonedLine.Tone
    /// Why; empty where there is nothing to say.
    package let reason: String

    package init(_ word: String, _ tone: TonedLine.Tone, reason: String = "") {
      self.word = word
      self.tone = tone
      self.reason = reason
    }
  }

  /// What it is the graph of, and what there is to say of that.
  package let title: String
  package let subtitle: String
  package let nodes: OrderedDictionary<String, Node>
  package let graph: Graph<String>

  /// A graph of nodes; of what each needs, what isn't among them is left out.
  package init(
    _ title: String, _ subtitle: String, _ nodes: [Node], needs: (String) -> some Sequence<String>
  ) {
    self.title = title
    self.subtitle = subtitle
    self.nodes = OrderedDictionary(nodes.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    var graph = Graph<String>()
    for node in nodes {
      graph.add(node.id)
      for other in needs(node.id) where self.nodes[other] != nil { graph.add(node.id, needs: other) }
    }
    self.graph = graph
  }
}

extension ResourceGraph {
  /// The graph for Graphviz; arrows lead from what is made first to what needs it.
  package var dotText: String {
    var lines = [
      "digraph template {", "  rankdir=LR;",
      "  node [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", fontsize=11];",
      "  edge [color=\"#8a94a3\", arrowsize=0.7];",
    ]
    for node in nodes.values {
      let colors = node.state?.colors ?? ResourceFamily(type: node.type).colors
      let style = node.condition == nil ? "" : ", style=\"rounded,filled,dashed\""
      let label = ([node.id, node.type] + [node.state?.word].compactMap(\.self)).joined(separator: "\n")
      lines.append(
        "  \(Template.quoted(node.id)) [label=\(Template.quoted(label)), "
          + "color=\"\(colors.mark)\", fillcolor=\"\(colors.fill)\"\(style)];")
    }
    for id in graph.vertices {
      for other in graph.needs(of: id) {
        lines.append("  \(Template.quoted(other)) -> \(Template.quoted(id));")
      }
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }
}

extension ResourceGraph.State {
  /// The colour of its mark, and the paler one behind it.
  var colors: (mark: String, fill: String) {
    switch tone {
    case .good: ("#2f9e5b", "#e9f7ef")
    case .bad: ("#c2304a", "#fcebee")
    case .active: ("#1f7fb8", "#e6f3fb")
    case .plain, .strong, .faint: ("#8a94a3", "#f3f5f7")
    }
  }
}
