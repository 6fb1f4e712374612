import Ambience
package import Document
import OrderedCollections
import Templates

/// How long a plan will take, as the past tells.
package struct Forecast: Sendable, Hashable {
  /// For each of the plan's steps how long it will take; nil where the past doesn't tell.
  package let steps: [Duration?]
  /// How long the whole will take, as wide as dependencies allow.
  package let total: Duration
  /// The steps that decide that, by logical ID.
  package let critical: [String]
  /// The types of which nothing is known yet.
  package let unknown: [String]

  /// What a plan will take if each step takes what such a step took in the past.
  package init(_ plan: Plan, _ past: PastDurations) {
    var graph = ForecastGraph()
    var unknown: OrderedSet<String> = []
    var steps: [Duration?] = []
    for (index, step) in plan.steps.enumerated() {
      let span = step.verb.map { past.median($0, step.type) } ?? .some(.zero)
      if span == nil { unknown.append(step.type) }
      steps.append(span)
      graph.add(step.logicalID, span ?? .zero, needs: plan.edges[index], isCleanup: step.phase == .cleanup)
    }
    graph.addDeletions(of: plan) { past.median("DELETE", $0) ?? .zero }
    self.steps = steps
    self.unknown = Array(unknown)
    (total, critical) = graph.longest
  }

  /// Whether the past tells anything at all.
  package var isKnown: Bool { steps.contains { $0.map { $0 > .zero } ?? false } }

  /// The forecast in a line; empty when the past tells nothing.
  package var line: String {
    guard isKnown else { return "" }
    let more =
      unknown.isEmpty ? "" : " or more, as nothing is known yet of \(unknown.joined(separator: ", "))"
    let path = critical.count > 1 ? ": " + critical.joined(separator: " → ") : ""
    return "About \(total.words)\(more)\(path)."
  }

  package var value: Value {
    [
      "seconds": .number(Double(total.milliseconds) / 1000),
      "critical": .list(critical.map { .string($0) }), "unknown": .list(unknown.map { .string($0) }),
      "steps": .list(steps.map { $0.map { .number(Double($0.milliseconds) / 1000) } ?? .null }),
    ]
  }
}

/// Steps with their spans, and what each waits for.
private struct ForecastGraph {
  private struct Node {
    let name: String
    let span: Duration
    var needs: [Int]
    let isCleanup: Bool
  }

  private var nodes: [Node] = []

  mutating func add(_ name: String, _ span: Duration, needs: [Int], isCleanup: Bool) {
    nodes.append(Node(name: name, span: span, needs: needs, isCleanup: isCleanup))
  }

  /// Adds the deletions of what is replaced, which come once all else has gone well: what needs a resource goes
  /// before it.
  mutating func addDeletions(of plan: Plan, span: (String) -> Duration) {
    var deletion: [Int: Int] = [:]
    for (index, step) in plan.steps.enumerated() where step.action == .replace {
      if plan.template?.resources[step.logicalID]?.updateReplacePolicy == .retain { continue }
      deletion[index] = nodes.count
      add(step.logicalID, span(step.type), needs: [], isCleanup: true)
    }
    for (index, own) in deletion {
      for need in plan.edges[index] {
        if let other = deletion[need] { nodes[other].needs.append(own) }
      }
    }
  }

  /// The longest way through, and the names along it.
  var longest: (Duration, [String]) {
    var ends: [Duration] = Array(repeating: .zero, count: nodes.count)
    var before: [Int?] = Array(repeating: nil, count: nodes.count)
    var turn: (end: Duration, node: Int?) = (.zero, nil)
    for phase in [false, true] {
      let members = order(isCleanup: phase)
      let start = turn
      for index in members {
        let last = nodes[index].needs.filter { nodes[$0].isCleanup == phase }.max { ends[$0] < ends[$1] }
        before[index] = last ?? start.node
        ends[index] = (last.map { ends[$0] } ?? start.end) + nodes[index].span
        if ends[index] > turn.end || turn.node == nil { turn = (ends[index], index) }
      }
    }
    var path: [String] = []
    var next = turn.node
    while let index = next {
      if nodes[index].span > .zero { path.append(nodes[index].name) }
      next = before[index]
    }
    return (turn.end, path.reversed())
  }

  /// The nodes of a phase, each after those that it needs.
  private func order(isCleanup: Bool) -> [Int] {
    var waits: [Int: Int] = [:]
    var users: [Int: [Int]] = [:]
    let members = nodes.indices.filter { nodes[$0].isCleanup == isCleanup }
    for index in members {
      let needs = nodes[index].needs.filter { nodes[$0].isCleanup == isCleanup }
      waits[index] = needs.count
      for need in needs { users[need, default: []].append(index) }
    }
    var order = members.filter { waits[$0] == 0 }
    var next = 0
    while next < order.count {
      for user in users[order[next]] ?? [] {
        waits[user, default: 0] -= 1
        if waits[user] == 0 { order.append(user) }
      }
      next += 1
    }
    return order
  }
}

extension Step {
  /// What events will call what is done; nil for what takes no time.
  fileprivate var verb: String? {
    switch action {
    case .create, .replace: "CREATE"
    case .update: "UPDATE"
    case .delete: "DELETE"
    case .import: "IMPORT"
    case .keep, .retain, .restore, .skip: nil
    }
  }
}

extension Engine {
  /// So many events of the past are looked at, those of the youngest stacks first.
  private static let memory = 50_000

  /// How long a plan will take, as the journal tells of this cloud's past.
  package func forecast(_ plan: Plan) async throws -> Forecast {
    var past = PastDurations()
    var left = Self.memory
    for head in try await journal.summaries(includingDeleted: true).reversed() where left > 0 {
      let events = try await journal.events(of: head.identity.id, since: 0, limit: left)
      past.learn(from: events)
      left -= events.count
    }
    return Forecast(plan, past)
  }
}
