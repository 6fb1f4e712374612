package import Document
import OrderedCollections

extension TemplateDifference {
  /// The difference as lines for people: a part each, and what changes in it below; none when there is none.
  package var lines: [String] { entries.flatMap(\.lines) }

  /// The difference for programs.
  package var value: Value { .list(entries.map(\.value)) }
}

extension TemplateDifference.Entry {
  package var lines: [String] {
    let mark =
      switch action {
      case .added: "+"
      case .removed: "-"
      case .changed: "~"
      case .replaced: "±"
      case .moved: ">"
      }
    var head = "\(mark) \(section.rawValue) \(name)"
    if let type { head += " (\(type))" }
    if let previousName { head += ", which was \(previousName)" }
    switch action {
    case .changed where section == .resource:
      head += changes.contains { $0.effect == .unknown } ? ": changed" : ": changed in place"
    case .replaced: head += ": replaced" + (reason.map { ", for \($0)" } ?? "")
    default: break
    }
    return [head] + changes.map(\.line)
  }

  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "section": .string(section.rawValue), "name": .string(name), "action": .string(action.rawValue),
    ]
    if let type { value["type"] = .string(type) }
    if let previousName { value["previousName"] = .string(previousName) }
    if let reason { value["reason"] = .string(reason) }
    if !changes.isEmpty { value["changes"] = .list(changes.map(\.value)) }
    return .map(value)
  }
}

extension TemplateDifference.Change {
  /// The effect with its reason.
  package var explanation: String? {
    switch effect {
    case .inPlace: nil
    case .replacement: "can only be set when the resource is created"
    case .unknown: nil
    }
  }

  package var line: String {
    var line = "    "
    if let cause {
      line += "\(path): follows \(cause)"
    } else {
      line += (path.isEmpty ? "" : "\(path): ") + "\(before ?? "nothing") → \(after ?? "nothing")"
    }
    if let explanation { line += "  (\(explanation))" }
    return line
  }

  package var value: Value {
    var value: OrderedDictionary<String, Value> = ["path": .string(path)]
    if let before { value["before"] = .string(before) }
    if let after { value["after"] = .string(after) }
    switch effect {
    case .inPlace: value["effect"] = "in_place"
    case .replacement: value["effect"] = "replacement"
    case .unknown: value["effect"] = "unknown"
    }
    if let cause { value["cause"] = .string(cause) }
    if let explanation { value["reason"] = .string(explanation) }
    return .map(value)
  }
}
