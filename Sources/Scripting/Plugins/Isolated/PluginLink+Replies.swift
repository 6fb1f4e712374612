import Ambience
import Document
import HighAvailability
import OrderedCollections
import Synchronization

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

  func send(_ result: Result<Value, any Error>, to call: Int64) {
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
