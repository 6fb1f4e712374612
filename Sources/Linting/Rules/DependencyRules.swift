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
    guard let condition = target.condition, condition != resource.condition,
      outline.conditionNames.contains(condition)
    else { return }
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
  /// From how many resources a cycle is told at most.
  private static let startLimit = 100

  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() {
    let resources = context.outline.resources
    let needs = resources.map { resource in
      self.needs(of: resource).compactMap { context.outline.resourceIndex[$0] }
    }
    var search = CycleSearch(needs)
    var said: Set<[Int]> = []
    var found = 0
    for start in resources.indices where found < Self.startLimit {
      guard let cycle = search.cycle(from: start) else { continue }
      found += 1
      let isNew = said.isDisjoint(with: cycle.map { [$0.from, $0.to] })
      for (number, step) in cycle.enumerated() where said.insert([step.from, step.to]).inserted {
        report(step.from, cycle, isFirst: isNew && number == 0)
      }
    }
  }

  /// What a resource needs, in the order: DependsOn, `Ref`, `Fn::GetAtt`, `Fn::Sub`.
  private func needs(of resource: Outline.Resource) -> [String] {
    var names = dependsOn(resource).compactMap { $0.scalar?.string }
    let references = context.outline.references(in: resource)
    for kind in [Outline.Reference.Kind.ref, .attribute, .substitution] {
      for reference in references where reference.kind == kind { names.append(reference.name) }
    }
    return names
  }

  private func dependsOn(_ resource: Outline.Resource) -> [Node] {
    guard let node = resource.entry.value["DependsOn"] else { return [] }
    return node.items ?? [node]
  }

  /// Where a resource says that it needs another.
  private func place(_ resource: Outline.Resource, needs name: String) -> Place? {
    if let item = dependsOn(resource).first(where: { $0.scalar?.string == name }) { return item.place }
    let references = context.outline.references(in: resource).filter { $0.name == name }
    let kinds = [Outline.Reference.Kind.ref, .attribute, .substitution]
    let reference = kinds.lazy.compactMap { kind in references.first { $0.kind == kind } }.first
    return reference.map { context.outline.calls[$0.call].place }
  }

  private func report(_ index: Int, _ cycle: [(from: Int, to: Int)], isFirst: Bool) {
    let resources = context.outline.resources
    let resource = resources[index]
    let names = (cycle.map { resources[$0.from].id } + [resources[cycle[0].from].id])
      .joined(separator: " → ")
    guard isFirst else {
      context.report(at: resource.entry.keyPlace, "`\(resource.id)` is in the circle \(names)")
      return
    }
    let notes = cycle.map { from, to in
      let place = place(resources[from], needs: resources[to].id)
      return Diagnostic.Note("`\(resources[from].id)` needs `\(resources[to].id)`", at: place)
    }
    context.report(
      at: resource.entry.keyPlace, "these resources need each other: \(names)",
      hint: "remove one of these references", notes: notes)
  }
}
