package import StackEngine

/// Carries out actions on the resources of stacks.
///
/// It never acts behind the engine's back: nothing happens to a resource while its stack is being changed.
package protocol Remedies: Sendable {
  /// Whether a target can be acted on now.
  func readiness(of target: Target) async throws -> Readiness
  /// What an action on a target takes out of service, the target among it.
  func reach(of action: Action, on target: Target) async throws -> Set<Target>
  /// The tags of a target's stack.
  func tags(of target: Target) async throws -> [String: String]
  /// Performs an action and returns when it has taken effect as far as the cloud can tell.
  ///
  /// The tag is this step's alone; what is done in its name can be found by it afterwards.
  ///
  /// - Throws: `RemedyError`; anything else counts as a failed action.
  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws
  /// The operation that a step was, by its tag; nil when none was begun.
  ///
  /// When asked to, it waits until the operation has ended, and goes on with one that a dead process has left.
  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail?
  /// Goes on with what steps have begun on stacks and no process goes on with, as after a full disk.
  func takeUpAbandoned(where isMeant: @Sendable (_ stack: String) async -> Bool) async throws
}

extension Remedies {
  package func reach(of action: Action, on target: Target) async throws -> Set<Target> { [target] }
  package func takeUpAbandoned(where isMeant: @Sendable (_ stack: String) async -> Bool) async throws {}
}

/// Whether a target can be acted on.
package enum Readiness: Sendable, Hashable {
  case ready
  /// Something else is at work on it, such as a stack update.
  case busy(String)
  /// It doesn't exist any more.
  case gone(String)
}

/// Why a remedy didn't take effect.
package struct RemedyError: Error, Sendable, Hashable {
  package enum Code: String, Sendable {
    /// The cloud couldn't be asked: nothing was done, and the try doesn't count.
    case unreachable
    /// The cloud or the guest refused or failed.
    case failed
    /// The action makes no sense here: the next rung is taken.
    case impossible
  }

  package let code: Code
  package let message: String

  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }
}
