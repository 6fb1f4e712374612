/// What is asked right before a change of the world is sent: whether its sender may still make it.
///
/// Who works under a lease sets it for its task and for all tasks that come of it. Between deciding on a change and
/// sending it a process may have been paused, a request have waited for its turn, or an answer been lost; when another
/// has taken the work up meanwhile, the change isn't sent.
///
/// A class, as the optimiser of Swift 6.3 breaks task-local values that are closures.
package final class Fence: Sendable {
  /// The fence of this task; nil where nobody else can take its work up.
  @TaskLocal package static var current: Fence?

  private let check: @Sendable () async throws -> Void

  /// A fence that `check` closes by throwing.
  package init(_ check: @escaping @Sendable () async throws -> Void) { self.check = check }

  /// Throws when the task may change nothing any more.
  package func ascertain() async throws { try await check() }
}
