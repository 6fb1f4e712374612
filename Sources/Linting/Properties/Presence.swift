import Document
import Templates

/// Which members of a map are there: all but those that become `AWS::NoValue`.
enum Presence {
  /// The conditions that decide whether a member with this value is there.
  static func conditions(of node: Node, _ result: inout Set<String>, _ outline: Outline) {
    guard let call = outline.call(node),
      let (condition, then, otherwise) = choice(call)
    else { return }
    guard canBeAbsent(then, outline) || canBeAbsent(otherwise, outline) else { return }
    result.insert(condition)
    conditions(of: then, &result, outline)
    conditions(of: otherwise, &result, outline)
  }

  /// The names of the members that are there when these conditions hold and no others.
  static func names(
    _ entries: [Node.Entry], in world: ConditionWorlds.World, _ outline: Outline
  ) -> [String] {
    entries.compactMap { isPresent($0.value, world, outline) ? $0.key : nil }
  }

  private static func isPresent(
    _ node: Node, _ world: ConditionWorlds.World, _ outline: Outline
  ) -> Bool {
    // In Heat what is null isn't given.
    if outline.isHeat, node.scalar?.isNull == true { return false }
    guard let call = outline.call(node) else { return true }
    if isAbsence(call) { return false }
    guard let (condition, then, otherwise) = choice(call) else { return true }
    return isPresent(world.contains(condition) ? then : otherwise, world, outline)
  }

  private static func canBeAbsent(_ node: Node, _ outline: Outline) -> Bool {
    if outline.isHeat, node.scalar?.isNull == true { return true }
    guard let call = outline.call(node) else { return false }
    if isAbsence(call) { return true }
    guard let (_, then, otherwise) = choice(call) else { return false }
    return canBeAbsent(then, outline) || canBeAbsent(otherwise, outline)
  }

  private static func isAbsence(_ call: FunctionCall) -> Bool {
    call.name == "Ref" && call.argument.scalar?.string == "AWS::NoValue"
  }

  private static func choice(_ call: FunctionCall) -> (condition: String, then: Node, otherwise: Node)? {
    guard call.name == "Fn::If", let items = call.argument.items, items.count == 3,
      let name = items[0].scalar?.string
    else { return nil }
    return (name, items[1], items[2])
  }
}

/// Checks which members of one map are there, and says each thing once.
struct PresenceCheck {
  private let context: RuleContext
  private let entries: [Node.Entry]
  private let position: PropertyCheck.Position
  private var said: Set<String> = []

  init(_ context: RuleContext, _ entries: [Node.Entry], _ position: PropertyCheck.Position) {
    self.context = context
    self.entries = entries
    self.position = position
  }

  mutating func check(_ present: [String], _ shape: Shape.Content) {
    for name in shape.required where !present.contains(name) {
      say("E3003", position.place, "\(position.subject) needs the property `\(name)`", "add `\(name):`")
    }
    for rule in shape.rules { check(present, rule) }
  }

  private mutating func check(_ present: [String], _ rule: ShapeRule) {
    switch rule {
    case .exactlyOne(let names): exactlyOne(present.filter(names.contains), names)
    case .atLeastOne(let names):
      if !present.contains(where: names.contains) {
        say("E3058", position.place, "\(position.subject) needs one of \(list(names))", nil)
      }
    case .exactlyOneGroup(let groups):
      let count = groups.count { $0.allSatisfy(present.contains) }
      if count != 1 {
        let words = groups.map(list).joined(separator: " or ")
        say("E3018", position.place, "\(position.subject) must have exactly one of \(words)", nil)
      }
    case .atLeastOneGroup(let groups):
      if !groups.contains(where: { $0.allSatisfy(present.contains) }) {
        let beside = present.filter { name in groups.contains { $0.contains(name) } }
        let rest = beside.isEmpty ? "" : " beside \(list(beside))"
        say("E3017", position.place, "\(position.subject) needs \(fewest(groups, present))\(rest)", nil)
      }
    case .needs(let name, let others):
      guard present.contains(name) else { return }
      for other in others where !present.contains(other) {
        say("E3021", position.place, "`\(name)` needs `\(other)` beside it", "add `\(other):`")
      }
    case .excludes(let name, let others):
      guard present.contains(name) else { return }
      for other in others where present.contains(other) {
        say("E3020", key(other), "`\(other)` can't stand beside `\(name)`", "remove one of them")
      }
    }
  }

  private mutating func exactlyOne(_ found: [String], _ names: [String]) {
    if found.isEmpty {
      say("E3014", position.place, "\(position.subject) needs one of \(list(names))", nil)
    } else if found.count > 1 {
      for name in found {
        say("E3014", key(name), "only one of \(list(found)) can be there", "remove the others")
      }
    }
  }

  /// What must be added for one of the groups to be whole, for those that want the least.
  private func fewest(_ groups: [[String]], _ present: [String]) -> String {
    let missing = groups.map { $0.filter { !present.contains($0) } }
    let least = missing.map(\.count).min() ?? 0
    var said: Set<[String]> = []
    return missing.filter { $0.count == least && said.insert($0).inserted }
      .map { $0.map { "`\($0)`" }.joined(separator: " and ") }.joined(separator: " or ")
  }

  private func key(_ name: String) -> Place {
    entries.first { $0.key == name }?.keyPlace ?? position.place
  }

  private func list(_ names: [String]) -> String { names.map { "`\($0)`" }.joined(separator: ", ") }

  private mutating func say(_ id: String, _ place: Place, _ message: String, _ hint: String?) {
    guard said.insert(id + message).inserted else { return }
    context.report(id, at: place, message, hint: hint)
  }
}
