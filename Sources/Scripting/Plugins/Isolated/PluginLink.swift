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

  private struct Question {
    let allowance: Allowance
    /// Whether it may call.
    let isHandler: Bool
    let react: @Sendable (Reaction) -> Void
    /// Its calls that have no reply yet, and what works on them.
    var calls: Set<Int64> = []
    var works: [Int64: Task<Void, Never>] = [:]
    var isCancelled = false
  }

  private struct State {
    var questions: [Int64: Question] = [:]
    var lastNumber: Int64 = 0
    /// What failed of calls, so that it comes home as it was.
    var failures: [Int64: (question: Int64, error: any Error)] = [:]
    var pauses: [Int64: Task<Void, Never>] = [:]
    /// How many calls came for what is asked no more.
    var strays = 0
    var isRetired = false
    var end: (any Error)?
    /// Is told when it ends while it is asked nothing.
    var lost: (@Sendable (any Error) -> Void)?
  }

  /// More calls or pauses than this nobody has at the same time.
  private static let most = 1024
  /// The number of what a process answers by itself once it has started.
  private static let begin: Int64 = 0

  let companion: Companion
  private let source: Source
  private let ambient: Ambient
  private let state = Mutex(State())

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
  /// While a handler waits for what it has called for, it and the others owe none; one that is cancelled ends soon.
  private func watch(_ state: State) {
    let waits = state.questions.values.contains { $0.isHandler && !$0.calls.isEmpty }
    let owed = state.questions.values.filter { !$0.isHandler || !waits || $0.isCancelled }.map(\.allowance)
    companion.expect(owed.dropFirst().reduce(owed.first) { $0?.joined($1) })
  }
}

// MARK: - Hearing

extension PluginLink {
  private func hear(_ news: Companion.News) {
    switch news {
    case .ended(let end): finish(end)
    case .message(let message):
      if let number = message["answer"]?.integer {
        answer(number, message)
      } else if let number = message["call"]?.integer {
        if let question = message["of"]?.integer {
          call(Call(number: number, question: question, message: message))
        } else {
          pause(number, message)
        }
      } else if let number = message["drop"]?.integer {
        drop(number)
      } else {
        companion.dismiss(as: .rubbish("neither an answer nor a call"))
      }
    }
  }

  private func answer(_ number: Int64, _ message: Value) {
    let found = state.withLock { state -> (Question, (any Error)?)? in
      guard let question = state.questions.removeValue(forKey: number) else { return nil }
      let call = message["error"]?["call"]?.integer
      let failure = call.flatMap { state.failures[$0]?.error }
      state.failures = state.failures.filter { $0.value.question != number }
      if state.isRetired, state.questions.isEmpty { companion.dismiss() }
      watch(state)
      return (question, failure)
    }
    guard let (question, failure) = found else {
      return companion.dismiss(as: .rubbish("an answer to what it wasn't asked"))
    }
    if let error = message["error"] {
      question.react(.answer(.failure(failure ?? PluginFault.error(error, in: source))))
    } else {
      question.react(.answer(.success(message["value"] ?? .null)))
    }
  }

  private func call(_ call: Call) {
    let react = state.withLock { state -> (@Sendable (Reaction) -> Void)? in
      guard var question = state.questions[call.question], question.isHandler, !question.isCancelled else {
        // Its question may have ended while it was on its way.
        state.strays += 1
        if state.strays > Self.most {
          companion.dismiss(as: .rubbish("too many calls for nobody"))
        } else {
          send(.failure(CancellationError()), to: call.number)
        }
        return nil
      }
      guard question.calls.count < Self.most, question.calls.insert(call.number).inserted else {
        companion.dismiss(as: .rubbish("too many calls at once"))
        return nil
      }
      state.questions[call.question] = question
      watch(state)
      return question.react
    }
    react?(.call(call))
  }

  /// Waits for the process, which has no time of its own.
  private func pause(_ number: Int64, _ message: Value) {
    state.withLock { state in
      guard message["do"] == "sleep", let span = message["span"]?.integer, state.pauses.count < Self.most,
        state.pauses[number] == nil
      else { return companion.dismiss(as: .rubbish("a call for nobody")) }
      state.pauses[number] = Task { @concurrent [weak self, ambient] in
        do {
          try await ambient.sleep(.nanoseconds(span))
          self?.wake(number)
        } catch {
          self?.forget(number)
        }
      }
    }
  }

  private func wake(_ number: Int64) {
    state.withLock { state in
      if state.pauses.removeValue(forKey: number) != nil { send(.success(true), to: number) }
    }
  }

  private func forget(_ number: Int64) { state.withLock { $0.pauses[number] = nil } }

  private func drop(_ number: Int64) {
    let task = state.withLock { state -> Task<Void, Never>? in
      if let pause = state.pauses.removeValue(forKey: number) { return pause }
      return state.questions.values.compactMap { $0.works[number] }.first
    }
    task?.cancel()
  }

  private func finish(_ end: CompanionEnd) {
    let error: any Error =
      switch end {
      case .overran(let span): LuaError(.timeout, "it took longer than \(span)")
      case .dismissed: CancellationError()
      case let end: LuaError(.lostPlugin, "its process \(end.phrase)")
      }
    let (questions, pauses, lost) = state.withLock { state in
      state.end = error
      defer {
        state.questions = [:]
        state.pauses = [:]
        state.lost = nil
      }
      return (state.questions, state.pauses, state.lost)
    }
    for pause in pauses.values { pause.cancel() }
    if questions.isEmpty, end != .dismissed { lost?(error) }
    for question in questions.values { question.react(.answer(.failure(error))) }
  }
}

// MARK: - Replying

extension PluginLink {
  /// Does what a call is for, and replies.
  ///
  /// It goes on when the process ends meanwhile: what has been begun is brought to its end, and journaled.
  func work(_ call: Call, _ body: @escaping @Sendable () async throws -> Value) -> Task<Void, Never> {
    let task = Task {
      do { reply(to: call, .success(try await body())) } catch { reply(to: call, .failure(error)) }
    }
    state.withLock { state in
      // It may have been replied to already.
      guard state.questions[call.question]?.calls.contains(call.number) ?? false else { return }
      state.questions[call.question]?.works[call.number] = task
      if state.questions[call.question]?.isCancelled ?? false { task.cancel() }
    }
    return task
  }

  private func reply(to call: Call, _ result: Result<Value, any Error>) {
    state.withLock { state in
      guard state.questions[call.question]?.calls.remove(call.number) != nil else { return }
      state.questions[call.question]?.works[call.number] = nil
      if case .failure(let error) = result { state.failures[call.number] = (call.question, error) }
      send(result, to: call.number)
      watch(state)
    }
  }

  private func send(_ result: Result<Value, any Error>, to call: Int64) {
    var message: OrderedDictionary<String, Value> = [
      "reply": .integer(call), "now": Value(ambient.uptime()),
    ]
    switch result {
    case .success(let value): message["value"] = value
    case .failure(let error): message["error"] = PluginFault.value(error)
    }
    if !companion.send(.map(message)) {
      companion.send(["reply": .integer(call), "error": ["message": "the result is too large"]])
    }
  }
}

extension LuaError.Code {
  /// The process of a plugin has ended, or has said what makes no sense.
  static let lostPlugin = LuaError.Code("plugin_lost")
}
