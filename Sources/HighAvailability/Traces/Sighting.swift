package import Ambience

/// What a check said at a time; it is held to have said so until the next one.
package struct Sighting: Sendable, Hashable {
  package let time: Timestamp
  package let application: String
  package let check: String
  package let outcome: Outcome

  package init(time: Timestamp, application: String, check: String, outcome: Outcome) {
    self.time = time
    self.application = application
    self.check = check
    self.outcome = outcome
  }
}
