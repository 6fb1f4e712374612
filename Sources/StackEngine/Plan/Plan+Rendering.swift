package import Document
import OrderedCollections

extension Plan {
  /// The plan as lines for people: a resource each, and what changes in it below.
  package var lines: [String] {
    let counts = summary
    return steps.filter { $0.action != .keep || !$0.reason.isEmpty }.flatMap(\.lines)
      + [counts.isEmpty ? "Nothing changes." : "Plan: " + counts.joined(separator: ", ") + "."]
  }

  private var summary: [String] {
    let words: [(Step.Action, String)] = [
      (.import, "import"), (.create, "create"), (.update, "update"), (.replace, "replace"),
      (.restore, "restore"),
      (.delete, "delete"), (.retain, "retain"), (.skip, "skip"),
    ]
    let counts = words.map { action, word in (steps.count { $0.action == action }, word) }
    return ([(moves.count, "rename")] + counts).compactMap { count, word in
      count == 0 ? nil : "\(count) to \(word)"
    }
  }

  /// The plan for programs.
  package var value: Value {
    [
      "stack": .string(stack.name), "operation": .string(kind.rawValue),
      "steps": .list(steps.map(\.value)),
      "edges": .list(edges.map { .list($0.map { .integer(Int64($0)) }) }),
    ]
  }
}

extension Step {
  package var lines: [String] {
    let mark =
      switch action {
      case .create: "+"
      case .update: "~"
      case .replace: "±"
      case .delete: "-"
      case .keep: "="
      case .retain: "o"
      case .skip: "!"
      case .restore: "<"
      case .import: ">"
      }
    var head = "\(mark) \(logicalID) (\(type))"
    if isConditional { head += action == .replace ? ", perhaps replaced" : ", perhaps updated" }
    if !reason.isEmpty { head += ": \(reason)" }
    return [head] + (action == .create ? changes.map(\.creationLine) : changes.flatMap(\.lines))
  }

  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "logicalID": .string(logicalID), "type": .string(type), "action": .string(action.rawValue),
      "phase": phase == .change ? "change" : "cleanup",
    ]
    if let physicalName { value["physicalName"] = .string(physicalName) }
    if !reason.isEmpty { value["reason"] = .string(reason) }
    if isConditional { value["conditional"] = true }
    if !changes.isEmpty { value["changes"] = .list(changes.map(\.value)) }
    return .map(value)
  }
}

extension Change {
  var creationLine: String { "    \(property): \(after.text)" }

  /// The change for people: what goes and what comes where it is a list, which would be too long side by side.
  package var lines: [String] {
    let tail = causesReplacement ? "  (needs replacement)" : ""
    guard case .value(.list(let old)) = before, case .value(.list(let new)) = after else {
      return ["    \(property): \(before.text) → \(after.text)\(tail)"]
    }
    let gone = old.filter { item in !new.contains { $0.says(item) } }
    let come = new.filter { item in !old.contains { item.says($0) } }
    if gone.isEmpty, come.isEmpty { return ["    \(property): \(before.text) → \(after.text)\(tail)"] }
    return ["    \(property):\(tail)"] + gone.map { "      - \($0.jsonText())" }
      + come.map { "      + \($0.jsonText())" }
  }

  package var value: Value {
    [
      "property": .string(property), "before": before.value, "after": after.value,
      "causesReplacement": .bool(causesReplacement),
    ]
  }
}

extension Change.Side {
  /// The side on one line, cut when it is long.
  var text: String {
    switch self {
    case .absent: return "nothing"
    case .secret: return "(secret)"
    case .later(let needs): return "known after \(needs.joined(separator: ", "))"
    case .value(let value):
      let text = value.jsonText()
      return text.count > 60 ? text.prefix(57) + "..." : text
    }
  }

  var value: Value {
    switch self {
    case .absent: .null
    case .secret: ["secret": true]
    case .later(let needs): ["knownAfter": .list(needs.map { .string($0) })]
    case .value(let value): ["value": value]
    }
  }
}
