/// Who is asked before and after each step of an operation that goes forward.
package protocol StepHooks: Sendable {
  /// What is to become of a step.
  ///
  /// It may be asked again for the same step, after a crash or when the step is retried.
  func verdict(at moment: PausePoint.Moment, of step: StepContext) async throws -> StepVerdict
  /// Whether no step is asked about at present.
  var isIdle: Bool { get }
}

extension StepHooks {
  package var isIdle: Bool { false }
}

package enum StepVerdict: Sendable, Hashable {
  case goOn
  /// The step waits until somebody clears it.
  case pause(reason: String)
}
