package import Ambience
package import Document
import OrderedCollections

/// A line of a trace: what a check said, or what was done.
///
/// It is an object of JSON with `time`, `application` and either `check`, `outcome` (`up`, `down`, `unknown`) and
/// perhaps `reason`, or `action` and perhaps `reason`. Times are those of ISO 8601 or seconds since 1970.
package struct TraceLine: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// What a check says from then on.
    case outcome(check: String, Outcome)
    /// The beginning of an action, such as `soft reboot`.
    case action(String, reason: String)
  }

  package let time: Timestamp
  package let application: String
  package let content: Content

  package init(time: Timestamp, application: String, _ content: Content) {
    self.time = time
    self.application = application
    self.content = content
  }

  package init(_ sighting: Sighting) {
    self.init(
      time: sighting.time, application: sighting.application,
      .outcome(check: sighting.check, sighting.outcome))
  }

  /// The line of an event; nil for one that tells of no action.
  package init?(_ event: HAEvent) {
    guard let action = event.action else { return nil }
    self.init(time: event.time, application: event.application, .action(action, reason: event.reason))
  }
}

extension TraceLine {
  package var value: Value {
    var value: OrderedDictionary<String, Value> = [
      "time": .string(Self.precise(time)), "application": .string(application),
    ]
    switch content {
    case .outcome(let check, let outcome):
      value["check"] = .string(check)
      value["outcome"] = .string(outcome.word)
      value["reason"] = outcome.reason.map { .string($0) }
    case .action(let action, let reason):
      value["action"] = .string(action)
      value["reason"] = .string(reason)
    }
    return .map(value)
  }

  /// A time to the millisecond.
  private static func precise(_ time: Timestamp) -> String {
    let digits = String(time.milliseconds % 1000)
    return time.description.dropLast() + "." + String(repeating: "0", count: 3 - digits.count) + digits + "Z"
  }

  /// Why a line can't be read.
  package struct Mistake: Error, Sendable {
    package let reason: String
  }

  package init(_ value: Value) throws(Mistake) {
    guard value.map != nil else { throw Mistake(reason: "is no object") }
    guard let time = Self.time(value["time"]) else {
      throw Mistake(reason: "has no `time` of ISO 8601 or in seconds")
    }
    guard let application = value["application"]?.string else {
      throw Mistake(reason: "has no `application`")
    }
    let reason = value["reason"]?.string ?? ""
    if let action = value["action"]?.string {
      self.init(time: time, application: application, .action(action, reason: reason))
      return
    }
    guard let check = value["check"]?.string else {
      throw Mistake(reason: "has neither `check` nor `action`")
    }
    guard let outcome = Outcome(word: value["outcome"]?.string ?? "", reason: reason) else {
      throw Mistake(reason: "has no `outcome` of up, down or unknown")
    }
    self.init(time: time, application: application, .outcome(check: check, outcome))
  }

  private static func time(_ value: Value?) -> Timestamp? {
    if let text = value?.string { return Timestamp(iso8601: text) }
    return value?.number.flatMap { $0.magnitude < 1e12 ? Timestamp(milliseconds: Int64($0 * 1000)) : nil }
  }
}

extension Outcome {
  package var word: String {
    switch self {
    case .up: "up"
    case .down: "down"
    case .unknown: "unknown"
    }
  }

  package init?(word: String, reason: String) {
    switch word {
    case "up": self = .up
    case "down": self = .down(reason.isEmpty ? "down" : reason)
    case "unknown": self = .unknown(reason)
    default: return nil
    }
  }
}

extension HAEvent {
  /// The step of an event that tells of an action, such as `restart 1 of 3 within 10 min`; its reason ends with it.
  var step: String? {
    guard verb.isAction else { return nil }
    return reason.split(separator: ";").last.map { String($0.drop { $0 == " " }) }
  }

  /// What that does, such as `restart`.
  var action: String? {
    guard let words = step?.split(separator: " ") else { return nil }
    let count = words.indices.dropLast().first { Int(words[$0]) != nil && words[$0 + 1] == "of" }
    return words[..<(count ?? words.endIndex)].joined(separator: " ")
  }
}
