package import Document
package import OrderedCollections

extension Environment {
  /// Several environments as one, in the order in which they are given.
  ///
  /// The parameters' types, where they are known, tell lists written with commas from other texts.
  package static func merging(
    _ environments: [Environment], parameters: OrderedDictionary<String, ParameterDefinition> = [:]
  ) throws(Diagnostics) -> Environment {
    var merger = EnvironmentMerger(parameters)
    for environment in environments { merger.add(environment) }
    if !merger.problems.isEmpty { throw Diagnostics(merger.problems) }
    return merger.result
  }
}

private struct EnvironmentMerger {
  private let parameters: OrderedDictionary<String, ParameterDefinition>
  private(set) var result = Environment()
  private(set) var problems: [Diagnostic] = []
  /// The strategy by which each parameter was merged first.
  private var strategies: [String: Environment.MergeStrategy] = [:]

  init(_ parameters: OrderedDictionary<String, ParameterDefinition>) { self.parameters = parameters }

  mutating func add(_ other: Environment) {
    result.parameters = merged(result.parameters, other.parameters, other)
    result.parameterDefaults = merged(result.parameterDefaults, other.parameterDefaults, other)
    result.registry.merge(other.registry)
    result.encryptedParameterNames = Array(
      OrderedSet(result.encryptedParameterNames + other.encryptedParameterNames))
    result.eventSinks += other.eventSinks.filter { !result.eventSinks.contains($0) }
    result.places.merge(other.places) { $1 }
    result.sources += other.sources
    result.mergeStrategies.merge(other.mergeStrategies) { $1 }
    if other.defaultStrategy != .overwrite { result.defaultStrategy = other.defaultStrategy }
  }

  private mutating func merged(
    _ old: OrderedDictionary<String, Value>, _ new: OrderedDictionary<String, Value>, _ from: Environment
  ) -> OrderedDictionary<String, Value> {
    var merged = old
    for (name, value) in new {
      let strategy = from.mergeStrategies[name] ?? strategies[name] ?? from.defaultStrategy
      if let first = strategies[name], first != strategy {
        problems.append(
          Diagnostic(
            "conflicting_strategies",
            "`\(name)` is merged by \(strategy.rawValue) here, but by \(first.rawValue) before",
            at: from.places[name]))
      }
      strategies[name] = strategies[name] ?? strategy
      guard strategy != .overwrite, let before = merged[name] else {
        merged[name] = value
        continue
      }
      if let joined = join(
        before, value, isDeep: strategy == .deepMerge, isInside: false, parameters[name]?.type)
      {
        merged[name] = joined
      } else {
        problems.append(
          Diagnostic(
            "unmergeable", "`\(name)` is \(before.kind) before and \(value.kind) here, which can't be merged",
            at: from.places[name], hint: "use the strategy overwrite"))
      }
    }
    return merged
  }

  /// Nil when the two can't become one.
  private func join(_ old: Value, _ new: Value, isDeep: Bool, isInside: Bool, _ type: String?) -> Value? {
    switch (old, new) {
    case (.map(var members), .map(let others)):
      for (key, value) in others where !value.isNull {
        let before = isDeep ? members[key] : nil
        members[key] = before.flatMap { join($0, value, isDeep: true, isInside: true, nil) } ?? value
      }
      return .map(members)
    case (.list(let first), .list(let second)): return .list(first + second)
    case (.string(let first), .string(let second)):
      let isList = type == "CommaDelimitedList"
      return .string(isList && !first.isEmpty ? first + "," + second : first + second)
    case (.integer, .integer), (.integer, .number), (.number, .integer), (.number, .number):
      return isInside ? new : sum(old, new)
    default: return isInside ? new : nil
    }
  }

  private func sum(_ left: Value, _ right: Value) -> Value? {
    if case .integer(let left) = left, case .integer(let right) = right {
      let (sum, overflow) = left.addingReportingOverflow(right)
      return overflow ? nil : .integer(sum)
    }
    guard let left = left.number, let right = right.number else { return nil }
    return .number(left + right)
  }
}
