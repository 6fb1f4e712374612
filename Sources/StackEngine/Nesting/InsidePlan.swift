import Document
import OrderedCollections

/// What a plan does in a stack that is a resource of its stack.
struct InsidePlan: Sendable {
  /// The resource's logical ID, with those around it: `Site/Web`.
  let path: String
  /// Nil when that can't be told before.
  let plan: Plan?
  /// Why not.
  let reason: String
}

extension Plan {
  /// The plan as lines for people, with what it does in stacks inside.
  func lines(with insides: [InsidePlan]) -> [String] {
    lines
      + insides.flatMap { inside in
        ["", "Inside \(inside.path):"]
          + (inside.plan?.lines ?? [inside.reason]).map { "  " + $0 }
      }
  }

  /// The plan for programs, with what it does in stacks inside.
  func value(with insides: [InsidePlan]) -> Value {
    var result = value.map ?? [:]
    result["inside"] = .list(
      insides.map { inside in
        [
          "logicalID": .string(inside.path), "reason": .string(inside.reason),
          "steps": .list((inside.plan?.steps ?? []).map(\.value)),
        ]
      })
    return .map(result)
  }
}
