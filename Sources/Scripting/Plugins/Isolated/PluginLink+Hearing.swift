import Ambience
import Document
import HighAvailability
import LuaRuntime
import Synchronization

extension PluginLink {
  /// Takes what the process says, in its thread.
  ///
  /// It comes on by answers, and by its handlers' calls while nobody else waits for one: so nothing that it says puts an
  /// answer off.
  func hear(_ news: Companion.News) {
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
      state.chatter = 0
      companion.comesOn()
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
        if bears(&state) { send(.failure(CancellationError()), to: call.number) }
        return nil
      }
      guard question.calls.count < Self.most, question.calls.insert(call.number).inserted else {
        companion.dismiss(as: .rubbish("too many calls at once"))
        return nil
      }
      state.questions[call.question] = question
      if !state.questions.values.contains(where: { !$0.isHandler }) { companion.comesOn() }
      watch(state)
      return question.react
    }
    react?(.call(call))
  }

  /// Waits for the process, which has no time of its own.
  private func pause(_ number: Int64, _ message: Value) {
    state.withLock { state in
      guard bears(&state) else { return }
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
      guard bears(&state) else { return nil }
      if let pause = state.pauses.removeValue(forKey: number) { return pause }
      return state.questions.values.compactMap { $0.works[number] }.first
    }
    task?.cancel()
  }

  /// Whether it may say one thing more that brings no answer nearer; else it is killed.
  private func bears(_ state: inout State) -> Bool {
    state.chatter += 1
    if state.chatter <= Self.most { return true }
    companion.dismiss(as: .rubbish("one thing after the other, and no answer"))
    return false
  }

  private func finish(_ end: CompanionEnd) {
    let error: any Error =
      switch end {
      case .overran(let span): LuaError(.timeout, "it took longer than \(span)", cause: Loss())
      case .dismissed: CancellationError()
      case let end: LuaError(.lostPlugin, "its process \(end.phrase)", cause: Loss())
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
