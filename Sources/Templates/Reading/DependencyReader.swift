import Document
import OrderedCollections

/// Finds what each resource needs first, and cycles in that.
struct DependencyReader {
  private let scan: TemplateScan

  init(_ scan: TemplateScan) { self.scan = scan }

  func complete(_ resources: inout OrderedDictionary<String, ResourceDefinition>) {
    var graph = Graph<String>()
    for resource in resources.values {
      graph.add(resource.logicalID)
      for name in resource.firmNeeds { graph.add(resource.logicalID, needs: name) }
    }
    for cycle in graph.cycles { report(cycle, resources) }
    addMetadata(resources, to: &graph)
    for index in resources.values.indices {
      resources.values[index].dependencies = graph.needs(of: resources.keys[index])
    }
  }

  /// Metadata orders too, except where that would close a cycle.
  private func addMetadata(
    _ resources: OrderedDictionary<String, ResourceDefinition>, to graph: inout Graph<String>
  ) {
    let wanted = resources.values.flatMap { resource in
      (resource.metadata?.references ?? []).map { (from: resource.logicalID, to: $0) }
    }
    if wanted.isEmpty { return }
    var whole = graph
    for need in wanted { whole.add(need.from, needs: need.to) }
    var knots: [String: Int] = [:]
    for (number, component) in whole.components.enumerated() {
      for name in component { knots[name] = number }
    }
    for need in wanted {
      let isBetweenKnots = knots[need.from] != knots[need.to]
      if isBetweenKnots || (need.from != need.to && !graph.reaches(need.from, from: need.to)) {
        graph.add(need.from, needs: need.to)
      }
    }
  }

  private func report(_ cycle: [String], _ resources: OrderedDictionary<String, ResourceDefinition>) {
    guard let first = resources[cycle[0]] else { return }
    let notes = zip(cycle, cycle.dropFirst()).map { name, next in
      let place = resources[name]?.place(ofReferenceTo: next)
      return Diagnostic.Note("`\(name)` needs `\(next)`", at: place)
    }
    scan.error(
      "E3004", "these resources need each other: \(cycle.joined(separator: " → "))", at: first.place,
      hint: "remove one of these references", notes: notes)
  }
}

extension ResourceDefinition {
  /// What it needs by `DependsOn`, properties and policies.
  var firmNeeds: OrderedSet<String> {
    var names = OrderedSet(dependsOn)
    func add(_ expression: Expression) {
      expression.visit { if let id = $0.reference { names.append(id) } }
    }
    properties.values.forEach(add)
    if let creationPolicy { add(creationPolicy) }
    if let updatePolicy { add(updatePolicy) }
    return names
  }

  func place(ofReferenceTo name: String) -> Place {
    for expression in properties.values {
      if let found = expression.first(where: { $0.reference == name }) { return found.place }
    }
    return place
  }
}
