import Ambience
import HTTP

/// The login that all copies of a `Cloud` share.
///
/// However many tasks need a token at once, one of them logs in and the others get what it got. The one runs
/// in its own task; when that is cancelled, another takes over.
actor Session {
  private let keystone: Keystone
  private let ambient: Ambient
  private var current: Token?
  private var isLoggingIn = false
  private var waiting: [Int: CheckedContinuation<Token?, any Error>] = [:]
  private var nextWaiter = 0
  private var discoveries: [String: APIVersion] = [:]

  init(configuration: CloudConfiguration, transport: any Transport, ambient: Ambient) {
    keystone = Keystone(configuration: configuration, transport: transport)
    self.ambient = ambient
  }

  /// A token that is good for a while, logging in if there is none.
  ///
  /// A `refused` token is one that a service refused; it won't be given again.
  func token(insteadOf refused: Token? = nil) async throws -> Token {
    while true {
      try Task.checkCancellation()
      if let current, current.secret != refused?.secret, current.isFresh(at: ambient.now()) { return current }
      guard isLoggingIn else {
        return try await logIn()
      }
      if let token = try await outcomeOfLogin(), token.secret != refused?.secret { return token }
    }
  }

  private func logIn() async throws -> Token {
    isLoggingIn = true
    do {
      let token = try await keystone.logIn()
      current = token
      finish(.success(token))
      return token
    } catch is CancellationError {
      finish(.success(nil))
      throw CancellationError()
    } catch {
      finish(.failure(error))
      throw error
    }
  }

  private func finish(_ outcome: Result<Token?, any Error>) {
    isLoggingIn = false
    let waiters = waiting.sorted { $0.key < $1.key }
    waiting = [:]
    for (_, waiter) in waiters { waiter.resume(with: outcome) }
  }

  /// What the running login gives; nil when it was cancelled and somebody else must do it.
  private func outcomeOfLogin() async throws -> Token? {
    let waiter = nextWaiter
    nextWaiter += 1
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          waiting[waiter] = continuation
        }
      }
    } onCancel: {
      // On the waiter's own executor, which a simulation depends on.
      Task(executorPreference: executor) { await self.giveUp(waiter) }
    }
  }

  private func giveUp(_ waiter: Int) {
    waiting.removeValue(forKey: waiter)?.resume(throwing: CancellationError())
  }

  // MARK: - What version documents said

  func discovery(at url: String) -> APIVersion? { discoveries[url] }
  func remember(_ version: APIVersion, at url: String) { discoveries[url] = version }
}
