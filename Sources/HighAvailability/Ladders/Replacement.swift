import OrderedCollections
import StackEngine

/// How much is replaced with a resource: the strategies of OTP's supervisors.
package struct Replacement: Sendable, Hashable {
  package enum Strategy: String, Sendable, CaseIterable {
    /// The resource alone; what refers to it is updated, in place where that can be.
    case oneForOne = "one_for_one"
    /// The resource and all that depends on it, as Heat's restarters did.
    case restForOne = "rest_for_one"
    /// All members at once; what else refers to them is updated, in place where that can be.
    case oneForAll = "one_for_all"
  }

  package var strategy: Strategy
  /// The logical IDs of what is replaced with the resource; empty for those of the applications that belong together
  /// with it.
  package var members: [String]
  /// Whether the members are those of the applications that belong together, and not a person's choice: then what is
  /// gone from the stack is left out.
  var areFamily = false

  package init(_ strategy: Strategy = .restForOne, members: [String] = []) {
    self.strategy = strategy
    self.members = members
  }

  /// What events call it.
  var phrase: String {
    switch strategy {
    case .restForOne: "replace"
    case .oneForOne: "replace alone"
    case .oneForAll where members.isEmpty: "replace all"
    case .oneForAll: "replace all of \(members.joined(separator: ", "))"
    }
  }

  /// The logical IDs of what is replaced for a target in its stack, but for what depends on it.
  func logicalIDs(with target: Target, in stack: StackRecord) -> [String] {
    let there = areFamily ? members.filter { stack.resources[$0] != nil } : members
    return there.contains(target.logicalID) || target.isStack ? there : [target.logicalID] + there
  }
}
