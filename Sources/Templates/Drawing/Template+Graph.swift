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

  /// The resources to be drawn.
  package var drawing: ResourceGraph {
    let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
    let count = resources.count
    return ResourceGraph(
      name, "\(count) resource\(count == 1 ? "" : "s"), made from left to right",
      resources.values.map { ResourceGraph.Node($0.logicalID, type: $0.type, condition: $0.condition) },
      needs: { resources[$0]?.dependencies ?? [] })
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
