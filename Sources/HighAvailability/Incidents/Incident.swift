package import Ambience

/// A failure of an application, from its detection to its end.
package struct Incident: Sendable, Hashable {
  package enum State: String, Sendable {
    /// Something is being done about it, or will be.
    case open
    /// Nothing more is done until a person says so.
    case held
    case gaveUp = "gave up"
    case recovered
    /// It is nobody's business any more: of maintenance, or because the target is gone.
    case ended

    package var isOver: Bool { self == .recovered || self == .ended }
  }

  /// A few letters and digits that people can type; no other incident of the store has or had it.
  package let id: String
  package let application: String
  package let target: Target
  /// When the failures began.
  package let began: Timestamp
  /// Why the application was held to be down, in a sentence without full stop.
  package var reason: String
  package var state = State.open
  package var ended: Timestamp?

  package init(id: String, application: String, target: Target, began: Timestamp, reason: String) {
    self.id = id
    self.application = application
    self.target = target
    self.began = began
    self.reason = reason
  }

  /// What a step alone is called whose intent is an entry of that number.
  func tag(ofIntent number: Int) -> String { "\(id)/\(number)" }

  /// What incidents are called by; letters that look like digits or make words aren't among them.
  package static let alphabet = "bcdfghjkmnpqrstvwxz23456789"
  static let length = 5
}

/// Something that happened in an incident; it is never changed.
package struct IncidentEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, CaseIterable {
    case detected
    /// The next step of the ladder, and why it is that one.
    case decided
    /// A step is about to be taken. One without an outcome was cut off, and is looked into first of all.
    case intent
    /// What came of a step.
    case outcome
    case escalated
    /// Something was done for what it is a part of: its ladder begins anew.
    case startedOver = "started over"
    case waiting
    case held
    case recovered
    case gaveUp = "gave up"
    case frozen
    case thawed
    case maintenance
    /// Another supervisor goes on with it.
    case tookOver = "took over"
    case ended
  }

  /// Counted from 1 within the incident.
  package let number: Int
  package let time: Timestamp
  package let kind: Kind
  /// Why, in a sentence without full stop.
  package let reason: String
  package let cause: IncidentCause

  package init(number: Int, time: Timestamp, kind: Kind, reason: String, cause: IncidentCause) {
    self.number = number
    self.time = time
    self.kind = kind
    self.reason = reason
    self.cause = cause
  }
}

/// What an entry rests upon, and what it led to.
package struct IncidentCause: Sendable, Hashable {
  /// What a check said then.
  package struct Finding: Sendable, Hashable {
    package let check: String
    /// Such as `down: connection refused`.
    package let outcome: String

    package init(check: String, outcome: String) {
      self.check = check
      self.outcome = outcome
    }
  }

  package var findings: [Finding] = []
  /// The rung, counted from 0, and what it does.
  package var rung: Int?
  package var action: String?
  /// How often the rung was tried and may be: `2 of 3 within 10 min`.
  package var counter: String?
  /// The engine's operation that the step was.
  package var operation: String?
  /// The request to the cloud that it came to, by the cloud's name for it.
  package var request: String?
  /// The incident of a part that it comes from.
  package var incident: String?

  package init() {}
}
