package import Document
package import OrderedCollections

extension Plan {
  /// The plan as lines for people: a resource each, and what changes in it below.
  package var lines: [String] { lines(nil) }

  /// The same with how long it will take, where the past tells.
  package func lines(_ forecast: Forecast?) -> [String] {
    let counts = counts.map { "\($1) to \($0)" }
    var lines: [String] = []
    for (index, step) in steps.enumerated() where step.action != .keep || !step.reason.isEmpty {
      let span = forecast?.steps[index].flatMap { $0 > .zero ? "  about \($0.words)" : nil }
      lines.append(contentsOf: step.lines(span ?? ""))
    }
    lines.append(counts.isEmpty ? "Nothing changes." : "Plan: " + counts.joined(separator: ", ") + ".")
    if let line = forecast?.line, !line.isEmpty, !counts.isEmpty { lines.append(line) }
    lines += notices.map { "Note: \($0.message)." } + refusals.map { "Refused: \($0.message)." }
    return lines
  }

  /// How many resources there are to do something to, by the word for it.
  package var counts: OrderedDictionary<String, Int> {
    let words: [(Step.Action, String)] = [
      (.import, "import"), (.create, "create"), (.update, "update"), (.replace, "replace"),
      (.restore, "restore"),
      (.delete, "delete"), (.retain, "retain"), (.skip, "skip"),
    ]
    var counts: OrderedDictionary<String, Int> = [:]
    if !moves.isEmpty { counts["rename"] = moves.count }
    for (action, word) in words {
      let count = steps.count { $0.action == action }
      if count > 0 { counts[word] = count }
    }
    return counts
  }

  /// The plan for programs.
  package var value: Value {
    [
      "stack": .string(stack.name), "operation": .string(kind.rawValue),
      "steps": .list(steps.map(\.value)),
      "edges": .list(edges.map { .list($0.map { .integer(Int64($0)) }) }),
      "notices": .list(notices.map { .string($0.message) }),
      "refusals": .list(refusals.map { .string($0.message) }),
    ]
  }
}

extension Step {
  package var lines: [String] { lines("") }

  func lines(_ tail: String) -> [String] {
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
    return [head + tail] + (action == .create ? changes.map(\.creationLine) : changes.flatMap(\.lines))
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
