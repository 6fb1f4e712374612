/// What a plugin's handler can do.
///
/// Like remedies, it never acts behind the engine's back.
package protocol HandlerPowers: Sendable {
  /// Performs an action and returns when it has taken effect as far as the cloud can tell.
  ///
  /// - Throws: `RemedyError`.
  func perform(_ action: Action, on target: Target, for application: String) async throws
  /// Whether an application's checks say that it is up, at once or within a span.
  func isHealthy(_ application: String, within span: Duration) async throws -> Bool
  /// Sees to it that a server is down for certain, so that what it did may be done elsewhere.
  ///
  /// - Throws: `RemedyError` when that isn't certain.
  func fence(_ target: Target) async throws
  /// Leads a floating IP of a stack to another of its servers.
  func moveAddress(_ address: String, to target: Target) async throws
}
