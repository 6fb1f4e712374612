/// What is asked right before a change of the world is sent: whether its sender may still make it.
///
/// Who works under a lease sets it for its task and for all tasks that come of it. Between deciding on a change and
/// sending it a process may have been paused, a request have waited for its turn, or an answer been lost; when another
/// has taken the work up meanwhile, the change isn't sent.
package enum Fence {
  /// Throws when the task may change nothing any more; nil where nobody else can take its work up.
  @TaskLocal package static var ascertain: (@Sendable () async throws -> Void)?
}
