/// Who is asked before a step of a ladder is taken, and told of all that happens: the plugins.
package protocol PolicyAdvisor: Sendable {
  /// What is to become of a step; must answer soon, whatever it asks.
  func advice(on proposal: StepProposal) async -> Advice
  /// Takes note of an event.
  func hear(_ event: HAEvent) async
}

/// A step that is about to be taken.
package struct StepProposal: Sendable, Hashable {
  package let application: String
  package let target: Target
  /// Why the application is held to be down.
  package let reason: String
  /// What is to be done, such as `soft reboot`.
  package let action: String
  /// The rung, counted from 0, and the attempt on it, counted from 1.
  package let rung: Int
  package let attempt: Int
  package let intensity: Int
  /// For how long the application has been down.
  package let downFor: Duration

  package init(
    application: String, target: Target, reason: String, action: String, rung: Int, attempt: Int,
    intensity: Int, downFor: Duration
  ) {
    self.application = application
    self.target = target
    self.reason = reason
    self.action = action
    self.rung = rung
    self.attempt = attempt
    self.intensity = intensity
    self.downFor = downFor
  }
}

/// What plugins say of a step.
package enum Advice: Sendable, Hashable {
  case proceed
  /// Take it later, if it is still wanted then.
  case wait(Duration, String)
  /// Leave this rung for the rest of the incident, and go on with the next.
  case skip(String)
  /// Do nothing more until the application recovers or a person resumes the ladder.
  case hold(String)
}
