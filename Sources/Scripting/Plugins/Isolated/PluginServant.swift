import Ambience
import Document
package import HighAvailability
import LuaRuntime
import OrderedCollections
import Synchronization

/// A plugin in a process of its own, as it looks from inside: it answers questions, and calls for what it can't do itself.
package final class PluginServant: Sendable {
  private struct State {
    var plugin: PolicyPlugin?
    var works: [Int64: Task<Void, Never>] = [:]
    var calls: [Int64: CheckedContinuation<Value, any Error>] = [:]
    var lastCall: Int64 = 0
    /// What time it was when something was heard last: it stands still meanwhile.
    var now = Duration.zero
  }

  private let line: MessageLine
  private let state = Mutex(State())

  package init(_ line: MessageLine) { self.line = line }

  /// Serves until the line ends; blocks the thread.
  package func serve() {
    _ = line.send(["answer": 0, "value": true])
    while let message = line.receive() { take(message) }
  }

  private func take(_ message: Value) {
    if let now = message["now"]?.integer { state.withLock { $0.now = .nanoseconds(now) } }
    if let number = message["ask"]?.integer {
      begin(number, message)
    } else if let number = message["cancel"]?.integer {
      state.withLock { $0.works[number] }?.cancel()
    } else if let number = message["reply"]?.integer {
      finish(number, Self.result(message, of: number))
    } else if message["retire"]?.bool ?? false {
      state.withLock(\.plugin)?.retire()
    }
  }

  // MARK: - Answers

  private func begin(_ number: Int64, _ message: Value) {
    state.withLock { state in
      state.works[number] = Task {
        let reply: Value
        do {
          reply = ["answer": .integer(number), "value": try await answer(message, number)]
        } catch {
          reply = ["answer": .integer(number), "error": PluginFault.value(error)]
        }
        self.state.withLock { $0.works[number] = nil }
        if !line.send(reply) {
          let limit = MessageFrames.limit >> 20
          let error = LuaError(
            .lostPlugin, "a plugin with a process of its own can't answer more than \(limit) MiB")
          _ = line.send(["answer": .integer(number), "error": PluginFault.value(error)])
        }
      }
    }
  }

  private func answer(_ message: Value, _ number: Int64) async throws -> Value {
    switch try message.text("do") {
    case "load": return try await load(message).outline.value
    case "test":
      try await plugin.runTest(try message.count("test"))
      return true
    case "advise":
      let proposal = try StepProposal(message["step"] ?? .null)
      return try await plugin.advice(on: proposal, within: message.span("patience")).value
    case "hear":
      try await plugin.hear(HAEvent(message: message["event"] ?? .null), within: message.span("patience"))
      return true
    case "handle":
      let context = try RungContext(message["context"] ?? .null)
      return try await plugin.handle(message.text("handler"), context, RemoteActs(self, question: number))
        .value
    case "memory": return ["bytes": .integer(Int64(try await plugin.memoryUsed))]
    case let other: throw UnreadableMessage(what: other)
    }
  }

  private func load(_ message: Value) async throws -> PolicyPlugin {
    var limits = PolicyPlugin.Limits()
    limits.memory = try message.count("memory")
    limits.burst = try message.span("burst")
    let plugin = try await PolicyPlugin(
      try message.text("text"), file: try message.text("file"), limits: limits, ambient: ambient)
    state.withLock { $0.plugin = plugin }
    return plugin
  }

  private var plugin: PolicyPlugin {
    get throws {
      guard let plugin = state.withLock(\.plugin) else { throw UnreadableMessage(what: "do") }
      return plugin
    }
  }

  /// Time as kiln tells it.
  private var ambient: Ambient {
    let system = Ambient.system()
    return Ambient(
      now: system.now, uptime: { self.state.withLock(\.now) },
      sleep: { span in _ = try await self.call(["do": "sleep", "span": Value(span)]) }, random: system.random)
  }

  // MARK: - Calls

  /// Calls for something, and waits for what comes of it.
  fileprivate func call(_ message: OrderedDictionary<String, Value>) async throws -> Value {
    let number = state.withLock { state in
      state.lastCall += 1
      return state.lastCall
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        state.withLock { $0.calls[number] = continuation }
        var message = message
        message["call"] = .integer(number)
        if !line.send(.map(message)) {
          finish(number, .failure(LuaError(.badArgument, "that is more than can be told")))
        }
        // It may have been cancelled before anybody waited.
        if Task.isCancelled { drop(number) }
      }
    } onCancel: {
      drop(number)
    }
  }

  private func drop(_ number: Int64) {
    if finish(number, .failure(CancellationError())) { _ = line.send(["drop": .integer(number)]) }
  }

  @discardableResult
  private func finish(_ number: Int64, _ result: Result<Value, any Error>) -> Bool {
    guard let waiting = state.withLock({ $0.calls.removeValue(forKey: number) }) else { return false }
    waiting.resume(with: result)
    return true
  }

  private static func result(_ message: Value, of call: Int64) -> Result<Value, any Error> {
    guard let error = message["error"] else { return .success(message["value"] ?? .null) }
    if error["is_cancelled"]?.bool ?? false { return .failure(CancellationError()) }
    return .failure(RefusedCall(call: call, error))
  }
}

/// Acts that kiln itself does, and journals.
private struct RemoteActs: HandlerActs {
  let servant: PluginServant
  /// The question of the handler that acts.
  let question: Int64

  init(_ servant: PluginServant, question: Int64) {
    self.servant = servant
    self.question = question
  }

  func perform(_ action: Action, on resource: String?) async throws -> Value {
    try await take(.perform(action, on: resource))
  }
  func look(within span: Duration) async throws -> Value { try await take(.look(within: span)) }
  func wait(_ span: Duration) async throws { _ = try await take(.wait(span)) }

  private func take(_ act: HandlerAct) async throws -> Value {
    guard var message = act.message else { throw UnreadableMessage(what: "action") }
    message["of"] = .integer(question)
    return try await servant.call(message)
  }
}
