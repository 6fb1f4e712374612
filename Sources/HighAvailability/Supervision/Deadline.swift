package import Ambience

/// The time allowed ran out.
package struct DeadlineError: Error {
  package let allowed: Duration
}

/// Runs an operation that is cancelled when its time is up.
///
/// Returns only when the operation has ended, so one that ignores cancellation keeps this waiting.
///
/// - Throws: `DeadlineError` when the time ran out, else what the operation throws.
package func within<Result: Sendable>(
  _ allowed: Duration, by ambient: Ambient, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    group.addTask { try await operation() }
    group.addTask {
      try await ambient.sleep(allowed)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let result = first else {
      throw DeadlineError(allowed: allowed)
    }
    return result
  }
}
