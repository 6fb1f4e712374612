import Ambience
import Document
import HighAvailability
import LuaRuntime
import OrderedCollections
import Synchronization

/// The talk with a plugin's process: it is asked, and calls back while it works for its answers.
///
/// Both are numbered, so that any number of them go on at the same time. A process that says what makes no sense is killed.
final class PluginLink: Sendable {
  /// What comes of a question, the last of which is its answer.
  enum Reaction: Sendable {
    case call(Call)
    case answer(Result<Value, any Error>)
  }

  /// What a handler in the process wants to be done.
  struct Call: Sendable {
    let number: Int64
    /// The question for which it is.
    let question: Int64
    let message: Value
  }

  struct Question {
    let allowance: Allowance
    /// Whether it may call.
    let isHandler: Bool
    let react: @Sendable (Reaction) -> Void
    /// Its calls that have no reply yet, and what works on them.
    var calls: Set<Int64> = []
    var works: [Int64: Task<Void, Never>] = [:]
    var isCancelled = false
  }

  struct State {
    var questions: [Int64: Question] = [:]
    var lastNumber: Int64 = 0
    /// What failed of calls, so that it comes home as it was.
    var failures: [Int64: (question: Int64, error: any Error)] = [:]
    var pauses: [Int64: Task<Void, Never>] = [:]
    /// How much it has said since its last answer that was neither that nor a handler's call.
    var chatter = 0
    var isRetired = false
    var end: (any Error)?
    /// Is told when it ends while it is asked nothing.
    var lost: (@Sendable (any Error) -> Void)?
  }

  /// More calls or pauses than this nobody has at the same time.
  static let most = 1024
  /// The number of what a process answers by itself once it has started.
  private static let begin: Int64 = 0

  let companion: Companion
  let source: Source
  let ambient: Ambient
  let state = Mutex(State())

  /// A process that isn't started yet, for the plugin whose text this is.
  init(_ program: Companion.Program, source: Source, ambient: Ambient) throws {
    self.source = source
    self.ambient = ambient
    companion = try Companion(program)
  }

  deinit { companion.dismiss() }

  /// Starts the process, and waits until it can be asked.
  func start(allowance: Allowance) async throws {
    _ = try await withCheckedThrowingContinuation { continuation in
      open(
        Self.begin, nil, Question(allowance: allowance, isHandler: false) { Self.finish($0, continuation) })
      companion.start(allowance: allowance) { [weak self] in self?.hear($0) }
    }
  }

  /// Whether it can still be asked.
  var isOpen: Bool { state.withLock { $0.end == nil && !$0.isRetired } }

  // MARK: - Asking

  /// Asks, and waits for the answer; it is asked to stop when the task is cancelled, and answers soon then.
  func ask(
    _ what: String, _ members: OrderedDictionary<String, Value> = [:], allowance: Allowance
  ) async throws -> Value {
    let number = newNumber()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        open(
          number, message("ask", number, what, members),
          Question(allowance: allowance, isHandler: false) { Self.finish($0, continuation) })
        // It may have been cancelled before anybody waited.
        if Task.isCancelled { cancel(number) }
      }
    } onCancel: {
      cancel(number)
    }
  }

  private static func finish(_ reaction: Reaction, _ continuation: CheckedContinuation<Value, any Error>) {
    if case .answer(let result) = reaction { continuation.resume(with: result) }
  }

  /// Asks for something that calls back.
  ///
  /// - Returns: The question's number, and what comes of it.
  func converse(
    _ what: String, _ members: OrderedDictionary<String, Value>, allowance: Allowance
  ) -> (number: Int64, reactions: AsyncStream<Reaction>) {
    let number = newNumber()
    let (stream, continuation) = AsyncStream<Reaction>.makeStream()
    open(
      number, message("ask", number, what, members),
      Question(allowance: allowance, isHandler: true) { reaction in
        continuation.yield(reaction)
        if case .answer = reaction { continuation.finish() }
      })
    return (number, stream)
  }

  /// Stops what works for a question, and what that has called for.
  func cancel(_ number: Int64) {
    let calls = state.withLock { state -> [Task<Void, Never>] in
      guard var question = state.questions[number], !question.isCancelled else { return [] }
      question.isCancelled = true
      state.questions[number] = question
      companion.send(["cancel": .integer(number)])
      watch(state)
      return Array(question.works.values)
    }
    for call in calls { call.cancel() }
  }

  /// Asks nothing any more, also of what waits already but for handlers; the process ends with the last of them.
  func retire() {
    state.withLock { state in
      state.isRetired = true
      companion.send(["retire": true])
      if state.questions.isEmpty { companion.dismiss() }
    }
  }

  /// Says who is told when the process ends while it is asked nothing.
  func tellLoss(to lost: @escaping @Sendable (any Error) -> Void) { state.withLock { $0.lost = lost } }

  /// Ends a process that has said what can't be read.
  func refuse(_ error: UnreadableMessage) -> LuaError {
    companion.dismiss(as: .rubbish("its \(error.what) can't be read"))
    return LuaError(.lostPlugin, "its process sent what is no message: its \(error.what) can't be read")
  }

  private func newNumber() -> Int64 {
    state.withLock { state in
      state.lastNumber += 1
      return state.lastNumber
    }
  }

  private func message(
    _ kind: String, _ number: Int64, _ what: String, _ members: OrderedDictionary<String, Value>
  ) -> Value {
    var message: OrderedDictionary<String, Value> = [
      kind: .integer(number), "do": .string(what), "now": Value(ambient.uptime()),
    ]
    message.merge(members) { $1 }
    return .map(message)
  }

  private func open(_ number: Int64, _ message: Value?, _ question: Question) {
    let failure = state.withLock { state -> (any Error)? in
      if let end = state.end { return end }
      if state.isRetired { return LuaError(.stopped, "the plugin is out of service") }
      if let message, !companion.send(message) {
        return LuaError(
          .lostPlugin,
          "a plugin with a process of its own can't be told more than \(MessageFrames.limit >> 20) MiB")
      }
      state.questions[number] = question
      watch(state)
      return nil
    }
    if let failure { question.react(.answer(.failure(failure))) }
  }

  /// Says by when the process owes an answer.
  ///
  /// Handlers that have called for nothing may work first, one after the other, and then whoever takes longest is
  /// answered. While a handler waits for what it has called for, none owes anything; one that is cancelled ends soon.
  func watch(_ state: State) {
    let waits = state.questions.values.contains { $0.isHandler && !$0.calls.isEmpty }
    let owing = state.questions.values.filter { !$0.isHandler || !waits || $0.isCancelled }
    guard let patience = owing.map(\.allowance.patience).max() else { return companion.expect(nil) }
    let longest = owing.filter { !$0.isHandler }.map(\.allowance.effort).max() ?? .zero
    let busy = state.questions.values.filter { $0.isHandler && $0.calls.isEmpty }
    let effort = busy.map(\.allowance.effort).reduce(longest, +)
    let least = owing.map(\.allowance.effort).max() ?? .zero
    companion.expect(Allowance(effort: max(effort, least), patience: patience))
  }
}

extension LuaError.Code {
  /// The process of a plugin has ended, or has said what makes no sense.
  static let lostPlugin = LuaError.Code("plugin_lost")
}
