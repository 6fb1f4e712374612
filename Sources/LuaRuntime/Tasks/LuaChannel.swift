internal import Synchronization

/// A queue through which tasks hand values to each other.
final class LuaChannel: LuaObject {
  /// A sender or a receiver that waits.
  private struct Waiter {
    let value: LuaValue
    let completion: Completion<[LuaValue], LuaError>
  }

  private struct Queue {
    var values: [LuaValue] = []
    var senders: [Waiter] = []
    var receivers: [Waiter] = []
    var isClosed = false
  }

  private let capacity: Int
  private let queue = Mutex(Queue())

  init(capacity: Int) { self.capacity = capacity }

  func send(_ value: LuaValue) throws -> LuaFunctionDeclaration.Outcome {
    if value.isNil { throw LuaError(.badArgument, "nil can't be sent: it is what a closed channel gives") }
    let waiter = Waiter(value: value, completion: Completion())
    let isSent = try queue.withLock { queue in
      if queue.isClosed { throw LuaError(.closed, "the channel is closed") }
      if !queue.receivers.isEmpty {
        queue.receivers.removeFirst().completion.finish(.success([value]))
        return true
      }
      if queue.values.count < capacity {
        queue.values.append(value)
        return true
      }
      queue.senders.append(waiter)
      return false
    }
    return isSent ? .results([]) : .awaits { try await self.wait(waiter) }
  }

  func receive() -> LuaFunctionDeclaration.Outcome {
    let waiter = Waiter(value: .nil, completion: Completion())
    let received: [LuaValue]? = queue.withLock { queue in
      let waiting = queue.senders.isEmpty ? nil : queue.senders.removeFirst()
      waiting?.completion.finish(.success([]))
      if let waiting { queue.values.append(waiting.value) }
      if !queue.values.isEmpty { return [queue.values.removeFirst()] }
      if queue.isClosed { return [.nil] }
      queue.receivers.append(waiter)
      return nil
    }
    return received.map { .results($0) } ?? .awaits { try await self.wait(waiter) }
  }

  func close() {
    queue.withLock { queue in
      queue.isClosed = true
      for receiver in queue.receivers { receiver.completion.finish(.success([.nil])) }
      for sender in queue.senders {
        sender.completion.finish(.failure(LuaError(.closed, "the channel is closed")))
      }
      queue.receivers = []
      queue.senders = []
    }
  }

  /// Waits for the other side; who is cancelled before leaves the queue, and a value that came meanwhile
  /// stays.
  private func wait(_ waiter: Waiter) async throws -> [LuaValue] {
    do { return try await waiter.completion.value() } catch let error as CancellationError {
      queue.withLock { queue in
        queue.senders.removeAll { $0.completion === waiter.completion }
        queue.receivers.removeAll { $0.completion === waiter.completion }
      }
      // It was served between its cancellation and its leaving the queue.
      if case .success(let values)? = waiter.completion.result { return values }
      throw error
    }
  }

  static let luaClass = LuaClass(
    "kiln.Channel", "A queue between tasks; `for value in channel do` empties it."
  ) {
    Method("send", "Hands over a value, waiting for room.", [LuaParameter("value", .any)], awaits: true) {
      (channel: LuaChannel, _, arguments) in try channel.send(arguments[0])
    }
    Method(
      "receive", "Takes the next value, waiting for one; nil when the channel is closed and empty.",
      returns: [LuaParameter("value", .any)], awaits: true
    ) { (channel: LuaChannel, _, _) in channel.receive() }
    Method("close", "Ends it: nothing more can be sent.") { (channel: LuaChannel, _) in
      channel.close()
      return []
    }
    Operation(.call) { (channel: LuaChannel, _, _) in channel.receive() }
    Operation(.close) { (channel: LuaChannel, _) in
      channel.close()
      return []
    }
  }
}
