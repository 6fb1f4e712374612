import Document
import Templates

extension Rule {
  static let dependencyRules: [Rule] = [
    Rule("E3004", .error, "resources don't need each other in a circle", .template) { context in
      CycleCheck(context).check()
    },
    Rule("E3005", .error, "what DependsOn names is there", .resource) { context in
      guard case .resource(let resource) = context.part else { return }
      for (name, place) in dependencies(resource) { dependency(name, place, resource, context) }
    },
    Rule("W3005", .warning, "DependsOn says what references don't", .resource) { context in
      if case .resource(let resource) = context.part { obsolete(resource, context) }
    },
  ]

  private static func dependencies(_ resource: Outline.Resource) -> [(name: String, place: Place)] {
    guard let entry = resource.entry.value.entry("DependsOn"), entry.value.tag == nil else { return [] }
    if let text = entry.value.scalar?.string { return [(text, entry.keyPlace)] }
    return (entry.value.items ?? []).compactMap { item in
      item.tag == nil ? item.scalar?.string.map { ($0, item.place) } : nil
    }
  }

  private static func dependency(
    _ name: String, _ place: Place, _ resource: Outline.Resource, _ context: RuleContext
  ) {
    let outline = context.outline
    guard name != resource.id, let target = outline.resource(name) else {
      let others = outline.resources.map(\.id).filter { $0 != resource.id }
      context.report(
        at: place, name == resource.id ? "`\(name)` can't wait for itself" : "there is no resource `\(name)`",
        hint: context.suggestion(name, others))
      return
    }
    guard let condition = target.condition, condition != resource.condition else { return }
    var wanted: [String: Bool] = [:]
    if let own = resource.condition { wanted[own] = true }
    guard outline.worlds.isReachable(wanted) else { return }
    wanted[condition] = false
    if outline.worlds.isReachable(wanted) {
      context.report(
        at: place, "`\(name)` isn't there when `\(condition)` is false",
        hint: "give both the same condition", notes: [.init("the resource", at: target.entry.keyPlace)])
    }
  }

  private static func obsolete(_ resource: Outline.Resource, _ context: RuleContext) {
    let named = dependencies(resource)
    if named.isEmpty { return }
    let outline = context.outline
    let references = outline.references(in: resource)
    for (name, place) in named {
      guard let reference = references.first(where: { $0.name == name }) else { continue }
      context.report(
        at: place,
        "`\(resource.id)` waits for `\(name)` anyway: it refers to it by `\(reference.kind.rawValue)`",
        hint: "remove it from DependsOn",
        notes: [.init("the reference", at: outline.calls[reference.call].place)])
    }
  }
}

/// E3004: cycles by DependsOn and references, those in metadata included.
private struct CycleCheck {
  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() {
    let outline = context.outline
    var graph = Graph<Int>()
    var places: [String: Place] = [:]
    for (index, resource) in outline.resources.enumerated() {
      for (name, place) in needs(of: resource) {
        guard let target = outline.resourceIndex[name] else { continue }
        graph.add(index, needs: target)
        if places["\(index) \(target)"] == nil { places["\(index) \(target)"] = place }
      }
    }
    for cycle in graph.cycles { report(cycle, places) }
  }

  private func needs(of resource: Outline.Resource) -> [(String, Place)] {
    let outline = context.outline
    let dependsOn = resource.entry.value["DependsOn"]
    let named = (dependsOn?.items ?? [dependsOn].compactMap(\.self)).compactMap { item in
      item.scalar?.string.map { ($0, item.place) }
    }
    return named
      + outline.references(in: resource).map { ($0.name, outline.calls[$0.call].place) }
  }

  private func report(_ cycle: [Int], _ places: [String: Place]) {
    let resources = context.outline.resources
    let steps = Array(zip(cycle, cycle.dropFirst()))
    let names = cycle.map { resources[$0].id }.joined(separator: " → ")
    let notes = steps.map { from, to in
      Diagnostic.Note("`\(resources[from].id)` needs `\(resources[to].id)`", at: places["\(from) \(to)"])
    }
    for (index, step) in steps.enumerated() {
      let resource = resources[step.0]
      context.report(
        at: resource.entry.keyPlace,
        index == 0
          ? "these resources need each other: \(names)"
          : "`\(resource.id)` is in the circle \(names)",
        hint: index == 0 ? "remove one of these references" : nil, notes: index == 0 ? notes : [])
    }
  }
}
