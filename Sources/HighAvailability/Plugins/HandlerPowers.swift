package import StackEngine

/// What a plugin's handler can do.
///
/// Like remedies, it never acts behind the engine's back.
package protocol HandlerPowers: Sendable {
  /// Performs an action and returns when it has taken effect as far as the cloud can tell; the tag is this act's alone.
  ///
  /// - Throws: `RemedyError`.
  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws
  /// What became of an act that a crash cut off, by its tag; nil when it was never begun.
  func trail(of tag: String, on target: Target) async throws -> OperationTrail?
  /// Whether an application's checks say that it is up, at once or within a span.
  func isHealthy(_ application: String, within span: Duration) async throws -> Bool
}
