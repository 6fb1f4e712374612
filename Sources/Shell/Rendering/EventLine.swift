import Ambience
package import Document
import OrderedCollections
package import StackEngine

/// One event as a line for people: time, status, resource and reason.
package struct EventLine {
  package enum Tone: Sendable {
    case good, bad, plain
  }

  private let event: Event

  package init(_ event: Event) { self.event = event }

  package var tone: Tone {
    if event.status.hasSuffix("_FAILED") || event.status.contains("ROLLBACK") || event.status == "HA_GAVE_UP"
    {
      return .bad
    }
    return event.status.hasSuffix("_COMPLETE") || event.status == "HA_RECOVERED" ? .good : .plain
  }

  /// The line; its status has the tone's colour if that is wanted.
  package func text(color: Bool) -> String {
    let status = event.status + String(repeating: " ", count: max(0, 28 - event.status.count))
    var parts = [clock, color ? painted(status) : status, event.logicalID ?? event.stack.name]
    if event.logicalID != nil { parts.append("(\(event.type))") }
    return parts.joined(separator: "  ") + (event.reason.isEmpty ? "" : ": \(event.reason.harmless)")
  }

  package var text: String { text(color: false) }

  /// The time of day, in UTC.
  private var clock: String {
    let seconds = event.time.milliseconds / 1000 % 86_400
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  private func painted(_ text: String) -> String {
    switch tone {
    case .good: "\u{1B}[32m\(text)\u{1B}[0m"
    case .bad: "\u{1B}[31m\(text)\u{1B}[0m"
    case .plain: "\u{1B}[36m\(text)\u{1B}[0m"
    }
  }
}

extension Event {
  /// The event for programs.
  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "sequence": .integer(Int64(sequence)), "time": .string(time.description),
      "stack": .string(stack.name), "logicalID": logicalID.map(Value.string) ?? .null,
      "physicalID": physicalID.map(Value.string) ?? .null, "type": .string(type),
      "status": .string(status), "reason": .string(reason),
      "operation": operation.map(Value.string) ?? .null,
    ]
    if !causes.isEmpty { value["causes"] = .list(causes.map(\.value)) }
    return .map(value)
  }
}
