import Document

/// What is wrong with policies that only shows when all are known.
package struct Families {
  private let policies: [String: ApplicationPolicy]
  private let order: [String]
  private let parts: [String: [String]]

  package init(_ policies: [ApplicationPolicy]) {
    self.policies = Dictionary(policies.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    order = policies.map(\.name)
    var parts: [String: [String]] = [:]
    for policy in policies {
      if let parent = policy.relations.parent { parts[parent, default: []].append(policy.name) }
    }
    self.parts = parts
  }

  /// Looks for parents that aren't there, that are of a lower level than their parts, or that need their own parts.
  ///
  /// - Throws: `HAError` with the first mistake.
  package func validate() throws(HAError) {
    for name in order {
      guard let policy = policies[name], let name = policy.relations.parent else { continue }
      guard let parent = policies[name] else {
        let near = nearest(to: name, among: order).map { "did you mean `\($0)`?" }
        throw HAError(
          .invalidPolicy, "\(policy.name) is a part of \(name), which no policy is about",
          hint: near ?? "there are policies of \(order.prefix(10).joined(separator: ", "))")
      }
      guard parent.relations.scope >= policy.relations.scope else {
        throw HAError(
          .invalidPolicy,
          "\(policy.name) is a \(policy.relations.scope.rawValue), and can't be a part of \(name), "
            + "which is of a lower level: \(parent.relations.scope.rawValue)",
          hint: "the levels are \(ScopeLevel.allCases.map(\.rawValue).joined(separator: ", "))")
      }
    }
    for name in order where parts[name] == nil {
      guard let policy = policies[name] else { continue }
      if policy.checks.isEmpty {
        throw HAError(
          .invalidPolicy, "\(name) has neither checks nor parts, so nothing could ever be wrong with it",
          hint: "give it checks, or name it as the `parent` of other policies")
      }
      if policy.relations.parent == nil, policy.ladder.rungs.contains(where: \.action.isOfAll) {
        throw HAError(
          .invalidPolicy, "the policy of \(name) would replace all, and doesn't say of what",
          hint: "name the `members`, or say with `parent` what it is a part of")
      }
    }
    try validateOrder()
  }

  /// Looks for applications that wait for each other.
  private func validateOrder() throws(HAError) {
    var isDone: [String: Bool] = [:]
    for root in order where isDone[root] == nil {
      var path = [(name: root, left: waitsFor(root)[...])]
      isDone[root] = false
      while let (name, left) = path.last {
        guard let next = left.first else {
          isDone[name] = true
          path.removeLast()
          continue
        }
        path[path.count - 1].left = left.dropFirst()
        switch isDone[next] {
        case true?: continue
        case false?:
          throw HAError(
            .invalidPolicy, "\(next) would need or be a part of itself, by way of others",
            hint: "take one of them out of `needs` or `parent`")
        case nil:
          isDone[next] = false
          path.append((next, waitsFor(next)[...]))
        }
      }
    }
  }

  /// Those that are healed before an application is: what it is a part of, and what it needs with the parts of that.
  private func waitsFor(_ name: String) -> [String] {
    guard let relations = policies[name]?.relations else { return [] }
    var found = relations.needs
    var next = 0
    while next < found.count {
      found += (parts[found[next]] ?? []).filter { !found.contains($0) }
      next += 1
    }
    return (found + (relations.parent.map { [$0] } ?? [])).filter { policies[$0] != nil }
  }
}

extension Action {
  /// Whether it is about all that belongs together, without saying what that is.
  fileprivate var isOfAll: Bool {
    if case .replace(let replacement) = self {
      replacement.strategy == .oneForAll && replacement.members.isEmpty
    } else {
      false
    }
  }
}
