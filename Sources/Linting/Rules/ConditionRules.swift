import Document
import Templates

extension Rule {
  static let conditionRules: [Rule] = [
    Rule("W8001", .warning, "conditions are used", .template) { context in
      let outline = context.outline
      if outline.conditions.isEmpty { return }
      let used = usedConditions(outline)
      for entry in outline.conditions where !used.contains(entry.key) {
        context.report(
          at: entry.keyPlace, "the condition `\(entry.key)` isn't used", hint: "remove it, or use it")
      }
    },
    Rule("W8003", .warning, "Fn::Equals can be true and false", .call, of: ["Fn::Equals"]) { context in
      guard case .call(let call) = context.part,
        let items = call.argument.items, items.count == 2
      else { return }
      if let truth = constant(items[0], items[1]) {
        context.report(
          at: call.holder, "`Fn::Equals` is always \(truth) here", hint: "compare with a parameter")
      }
    },
    Rule("W1028", .warning, "every branch of Fn::If can be reached", .call, of: ["Fn::If"]) { context in
      if case .call(let call) = context.part { branches(call, context) }
    },
    Rule("W1001", .warning, "a resource that is referred to is there", .template) { context in
      RelationCheck(context).check()
    },
  ]

  private static func usedConditions(_ outline: Outline) -> Set<String> {
    var used: Set<String> = []
    for call in outline.calls {
      let name = call.name == "Fn::If" ? call.argument.items?.first : call.argument
      if call.name == "Fn::If" || call.name == "Condition", let text = name?.scalar?.string {
        used.insert(text)
      }
    }
    for resource in outline.resources { if let name = resource.condition { used.insert(name) } }
    for output in outline.outputs {
      if let name = output.value["Condition"]?.scalar?.string { used.insert(name) }
    }
    return used
  }

  /// What two sides of a comparison always give; nil when it depends.
  private static func constant(_ left: Node, _ right: Node) -> Bool? {
    func literal(_ node: Node) -> String? { node.tag == nil ? node.scalar?.scalarText : nil }
    if let first = literal(left), let second = literal(right) { return first == second }
    guard left.tag == right.tag, literal(left) == nil, literal(right) == nil else { return nil }
    return left.value == right.value ? true : nil
  }

  private static func branches(_ call: Outline.Call, _ context: RuleContext) {
    guard let items = call.argument.items, items.count == 3, let name = items[0].scalar?.string,
      context.outline.conditionNames.contains(name)
    else { return }
    var around: [String: Bool] = [:]
    var branch = call.branch
    while let step = branch {
      around[step.condition] = step.isTrue
      branch = step.outer
    }
    for (index, truth) in [(1, true), (2, false)] {
      if let fixed = around[name], fixed == truth { continue }
      let isContradiction = around[name].map { $0 != truth } ?? false
      let wanted = around.merging([name: truth]) { outer, _ in outer }
      if !isContradiction, context.outline.worlds.isReachable(wanted) { continue }
      if !isContradiction, !context.outline.worlds.isReachable(around) { continue }
      let isFixed = !context.outline.worlds.isReachable([name: truth])
      context.report(
        at: items[index].place, "this branch is never taken: `\(name)` is \(!truth) here",
        hint: isFixed
          ? "the allowed values of its parameters make it always \(!truth)"
          : "the condition around it already decides")
    }
  }
}

/// W1001: references to resources whose condition may be false where the reference is.
private struct RelationCheck {
  private let context: RuleContext

  init(_ context: RuleContext) { self.context = context }

  func check() {
    let outline = context.outline
    guard outline.resources.contains(where: { $0.condition != nil }) else { return }
    for reference in outline.references {
      guard let target = outline.resource(reference.name), let condition = target.condition,
        outline.conditionNames.contains(condition)
      else { continue }
      let call = outline.calls[reference.call]
      var wanted = outline.conditions(around: call.branch)
      if wanted[condition] == true { continue }
      if wanted[condition] == false || !outline.worlds.isReachable(wanted) { continue }
      wanted[condition] = false
      guard outline.worlds.isReachable(wanted) else { continue }
      context.report(
        at: call.holder, "`\(reference.name)` isn't there when `\(condition)` is false",
        hint: "use `Fn::If` with the same condition",
        notes: [.init("the resource", at: target.entry.keyPlace)])
    }
  }
}
