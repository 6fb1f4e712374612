import Document
import OrderedCollections
import Templates

/// Which of a template's conditions can hold together.
///
/// Instead of solving for satisfiability, the values that matter of each parameter that takes part are tried:
/// those that it is compared with, and one other. That walks every reachable combination; where it would take
/// more than `limit` combinations, the conditions are taken as independent of each other.
final class ConditionWorlds {
  /// The most combinations of parameter values that are walked for one question.
  static let limit = 1024
  /// How many conditions are taken as independent of each other at most; beyond, nothing is known.
  static let independentLimit = 8

  /// The names of the conditions that hold.
  typealias World = Set<String>

  private indirect enum Logic {
    /// A variable has this value.
    case equals(variable: String, value: String)
    case same(variable: String, other: String)
    case named(String)
    case not(Logic)
    case all([Logic])
    case any([Logic])
  }

  private var logic: [String: Logic] = [:]
  private var allowed: [String: [String]] = [:]
  private var known: [String: [World]?] = [:]

  init(_ outline: Outline) {
    for entry in outline.parameters {
      if let values = entry.value["AllowedValues"]?.items {
        allowed[entry.key] = values.compactMap { $0.scalar?.scalarText }
      }
    }
    for entry in outline.conditions { logic[entry.key] = Self.logic(entry.value, depth: 0) }
  }

  /// The combinations in which these conditions can occur; nil when that is more than can be walked.
  func worlds(of names: some Sequence<String>) -> [World]? {
    let names = Set(names).sorted()
    let key = names.joined(separator: "\n")
    if let known = known[key] { return known }
    let result = walk(names) ?? independent(names)
    known[key] = .some(result)
    return result
  }

  /// Whether all of these can be so at once; true when that isn't known.
  func isReachable(_ wanted: [String: Bool]) -> Bool {
    guard let worlds = worlds(of: wanted.keys) else { return true }
    return worlds.contains { world in wanted.allSatisfy { world.contains($0.key) == $0.value } }
  }

  /// Whether all of these can be so at once where parameters have these values.
  func isReachable(_ wanted: [String: Bool], given: [String: String]) -> Bool {
    let values = given.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    let key = (wanted.keys.sorted() + [""] + values).joined(separator: "\n")
    let worlds = known[key] ?? walk(wanted.keys.sorted(), given: given)
    known[key] = .some(worlds)
    return worlds?.contains { world in wanted.allSatisfy { world.contains($0.key) == $0.value } } ?? true
  }

  // MARK: - Walking

  private func independent(_ names: [String]) -> [World]? {
    guard names.count <= Self.independentLimit else { return nil }
    return (0..<(1 << names.count)).map { bits in
      World(names.enumerated().filter { bits >> $0.offset & 1 == 1 }.map(\.element))
    }
  }

  private func walk(_ names: [String], given: [String: String] = [:]) -> [World]? {
    var candidates: OrderedDictionary<String, OrderedSet<String>> = [:]
    var links: [(String, String)] = []
    var seen: Set<String> = []
    for name in names { collect(.named(name), &candidates, &links, &seen) }
    for (left, right) in links {
      let both = candidates[left, default: []].union(candidates[right, default: []])
      candidates[left] = both
      candidates[right] = both
    }
    let choices = candidates.map { (variable, compared) in
      (variable: variable, values: given[variable].map { [$0] } ?? values(of: variable, compared))
    }
    var count = 1
    for choice in choices {
      count *= max(1, choice.values.count)
      if count > Self.limit { return nil }
    }
    var result: OrderedSet<World> = []
    for number in 0..<count { result.append(world(number, choices, names)) }
    return Array(result)
  }

  private func world(
    _ number: Int, _ choices: [(variable: String, values: [String])], _ names: [String]
  ) -> World {
    var rest = number
    var values: [String: String] = [:]
    for choice in choices where !choice.values.isEmpty {
      values[choice.variable] = choice.values[rest % choice.values.count]
      rest /= choice.values.count
    }
    return World(names.filter { holds(.named($0), values, depth: 0) })
  }

  /// The values to try: those compared with, as far as they are allowed, and one other if there can be one.
  private func values(of variable: String, _ compared: OrderedSet<String>) -> [String] {
    guard let allowed = allowed[variable] else { return compared + ["\u{0}other"] }
    let possible = compared.filter(allowed.contains)
    return possible + (allowed.first { !compared.contains($0) }.map { [$0] } ?? [])
  }

  private func collect(
    _ logic: Logic, _ candidates: inout OrderedDictionary<String, OrderedSet<String>>,
    _ links: inout [(String, String)], _ seen: inout Set<String>
  ) {
    switch logic {
    case .equals(let variable, let value): candidates[variable, default: []].append(value)
    case .same(let variable, let other):
      candidates[variable, default: []].append(contentsOf: [])
      candidates[other, default: []].append(contentsOf: [])
      links.append((variable, other))
    case .named(let name):
      guard seen.insert(name).inserted else { return }
      guard let inner = self.logic[name] else {
        candidates["\u{0}" + name, default: []].append("true")
        return
      }
      collect(inner, &candidates, &links, &seen)
    case .not(let inner): collect(inner, &candidates, &links, &seen)
    case .all(let inner), .any(let inner): for part in inner { collect(part, &candidates, &links, &seen) }
    }
  }

  private func holds(_ logic: Logic, _ values: [String: String], depth: Int) -> Bool {
    guard depth < 64 else { return false }
    switch logic {
    case .equals(let variable, let value): return values[variable] == value
    case .same(let variable, let other): return values[variable] == values[other]
    case .named(let name):
      guard let inner = self.logic[name] else { return values["\u{0}" + name] == "true" }
      return holds(inner, values, depth: depth + 1)
    case .not(let inner): return !holds(inner, values, depth: depth + 1)
    case .all(let inner): return inner.allSatisfy { holds($0, values, depth: depth + 1) }
    case .any(let inner): return inner.contains { holds($0, values, depth: depth + 1) }
    }
  }

  // MARK: - Reading

  private static func logic(_ node: Node, depth: Int) -> Logic {
    guard depth < 64,
      let call = FunctionCall(node, isInCondition: true) ?? HeatCall.condition(node)
    else { return opaque(node) }
    let items = call.argument.items ?? [call.argument]
    switch call.name {
    case "Condition": return call.argument.scalar?.string.map { .named($0) } ?? opaque(node)
    case "Fn::Not" where items.count == 1: return .not(logic(items[0], depth: depth + 1))
    case "Fn::And": return .all(items.map { logic($0, depth: depth + 1) })
    case "Fn::Or": return .any(items.map { logic($0, depth: depth + 1) })
    case "Fn::Equals" where items.count == 2: return equals(items[0], items[1])
    default: return opaque(node)
    }
  }

  private static func equals(_ left: Node, _ right: Node) -> Logic {
    switch (literal(left), literal(right)) {
    // W8003 tells of it; that one side is then unreachable is told only where conditions nest.
    case (let first?, let second?): .equals(variable: "\u{0}\(first)=\(second)", value: "true")
    case (let value?, nil): .equals(variable: variable(right), value: value)
    case (nil, let value?): .equals(variable: variable(left), value: value)
    case (nil, nil): .same(variable: variable(left), other: variable(right))
    }
  }

  private static func literal(_ node: Node) -> String? {
    node.tag == nil ? node.written ?? node.scalar?.scalarText : nil
  }

  /// The name of a parameter, or the text of what is computed otherwise.
  private static func variable(_ node: Node) -> String {
    if let call = FunctionCall(node, isInCondition: true) ?? HeatCall.call(node) {
      if call.name == "Ref", let name = call.argument.scalar?.string { return name }
      return call.name + call.argument.value.jsonText()
    }
    return node.value.jsonText()
  }

  private static func opaque(_ node: Node) -> Logic { .equals(variable: variable(node), value: "true") }
}
