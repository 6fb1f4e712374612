package import StackEngine

/// Shows what operations do that scripts start.
package protocol OperationWatcher: Sendable {
  /// Shows an operation's events from its start to its end; returns at once.
  func follow(_ operation: StackEngine.Operation)

  /// Returns when all that has happened in operations that have ended is shown, so that a script that waited for
  /// one writes below its events.
  func catchUp() async
}
