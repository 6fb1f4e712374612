import Document
import OrderedCollections
package import Templates

extension Engine {
  /// A stack's resources as they are, and which need which others first: to be drawn.
  ///
  /// What the stack is to have and doesn't have yet is in it too.
  package func drawing(of name: String) async throws -> ResourceGraph {
    let stack = try await describe(name)
    let wanted = wantedResources(of: stack)
    var needs: [String: [String]] = [:]
    var nodes: [ResourceGraph.Node] = []
    for record in stack.resources.values {
      needs[record.logicalID] = record.dependencies
      nodes.append(ResourceGraph.Node(record.logicalID, type: record.type, state: record.state))
    }
    for definition in wanted.values where stack.resources[definition.logicalID] == nil {
      needs[definition.logicalID] = Array(definition.dependencies)
      nodes.append(
        ResourceGraph.Node(
          definition.logicalID, type: definition.type, condition: definition.condition,
          state: ResourceGraph.State("not there", .faint)))
    }
    let order = Dictionary(
      wanted.keys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    nodes.sort { (order[$0.id] ?? .max, $0.id) < (order[$1.id] ?? .max, $1.id) }
    return ResourceGraph(name, stack.summary, nodes, needs: { needs[$0] ?? [] })
  }

  /// The resources that a stack's template names; none when it can't be read any longer.
  private func wantedResources(
    of stack: StackRecord
  ) -> OrderedDictionary<String, ResourceDefinition> {
    let blueprint = stack.head.blueprint
    guard let template = try? Language.template(of: blueprint, reader) else { return [:] }
    let form = try? Language.form(of: template, given: blueprint.parameters.values)
    return (form ?? template).resources
  }
}

extension ResourceRecord {
  fileprivate var state: ResourceGraph.State {
    ResourceGraph.State(status.rawValue, status.tone, reason: status.isFailure ? reason : "")
  }
}

extension StackRecord {
  /// How it is, in a line.
  fileprivate var summary: String {
    let count = resources.count
    let failed = resources.values.count(where: \.status.isFailure)
    return "\(status.rawValue) · \(count) resource\(count == 1 ? "" : "s")"
      + (failed > 0 ? ", \(failed) failed" : "")
  }
}
