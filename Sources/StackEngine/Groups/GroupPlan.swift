package import Document
import OrderedCollections

/// One plan over several stacks.
package struct GroupPlan: Sendable {
  /// What is done to one of the stacks.
  package struct Part: Sendable {
    package let name: String
    package let plan: Plan
    /// The stacks of the plan that come first.
    package let needs: [String]
    /// What it is to be; nil when it is deleted.
    let member: StackGroup.Member?
  }

  /// The parts in an order that what they need allows.
  package let parts: [Part]

  package var isEmpty: Bool { parts.allSatisfy(\.plan.changesNothing) }

  /// The plan as lines for people: a stack each, and what is done in it below.
  package var lines: [String] {
    parts.flatMap { part in
      let after = part.needs.isEmpty ? "" : ", after \(part.needs.joined(separator: ", "))"
      return ["Stack \(part.name): \(part.plan.kind.rawValue)\(after)"] + part.plan.lines.map { "  " + $0 }
    }
  }

  /// The plan for programs.
  package var value: Value {
    [
      "stacks": .list(
        parts.map { part in
          [
            "name": .string(part.name), "needs": .list(part.needs.map { .string($0) }),
            "plan": part.plan.value,
          ]
        })
    ]
  }
}

extension Plan {
  /// Whether there is nothing to do, not even to note another template.
  var changesNothing: Bool { kind == .update && isEmpty && goal == origin }
}
