/// How long somebody may take for an answer before he is held to be lost.
package struct Allowance: Sendable, Hashable {
  /// Of the processor.
  package let effort: Duration
  /// On the clock, however busy the machine is.
  package let patience: Duration

  package init(effort: Duration, patience: Duration) {
    self.effort = effort
    self.patience = patience
  }
}
