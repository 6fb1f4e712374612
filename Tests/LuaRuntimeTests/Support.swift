import Ambience
import LuaRuntime
import Synchronization

/// What a state said, in order.
final class Output: Sendable {
  private let lines = Mutex("")
  var text: String { lines.withLock(\.self) }
  func add(_ text: String) { lines.withLock { $0 += text } }
}

/// Virtual time, which goes on when nothing else does: the nearest sleeper wakes after a few turns.
final class Clock: Sendable {
  private struct State {
    var now = Duration.zero
    var sleepers: [Int: (until: Duration, continuation: CheckedContinuation<Bool, Never>)] = [:]
    var next = 0
    var ticks = 0
  }

  private let state = Mutex(State())

  var now: Duration { state.withLock(\.now) }
  var sleeping: Int { state.withLock(\.sleepers.count) }

  var ambient: Ambient {
    Ambient(
      now: { Timestamp(milliseconds: 0) }, uptime: { self.now }, sleep: { try await self.sleep($0) },
      random: { 0 })
  }

  private func sleep(_ span: Duration) async throws {
    let key = state.withLock { state in
      state.next += 1
      return state.next
    }
    let isOver = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { state in
          if Task.isCancelled { return continuation.resume(returning: false) }
          state.sleepers[key] = (state.now + span, continuation)
        }
      }
    } onCancel: {
      state.withLock { $0.sleepers.removeValue(forKey: key) }?.continuation.resume(returning: false)
    }
    if !isOver { throw CancellationError() }
  }

  /// Waits until so many sleep.
  func waitForSleepers(_ count: Int) async {
    while sleeping < count { await Task.yield() }
  }

  /// Goes on to the next moment at which somebody wakes.
  func advance() {
    let woken = state.withLock { state -> [CheckedContinuation<Bool, Never>] in
      guard let until = state.sleepers.values.map(\.until).min() else { return [] }
      state.now = until
      let due = state.sleepers.filter { $0.value.until == until }
      for key in due.keys { state.sleepers[key] = nil }
      return due.values.map(\.continuation)
    }
    for continuation in woken { continuation.resume(returning: true) }
  }
}

extension Lua {
  /// A state whose sleeps take no time at all.
  static func quick(
    level: Level = .trusted, memoryLimit: Int = 0,
    output: @escaping @Sendable (String) -> Void = { _ in }
  ) async -> Lua {
    let ambient = Ambient(
      now: { Timestamp(milliseconds: 0) }, uptime: { .zero },
      sleep: { _ in
        await Task.yield()
        try Task.checkCancellation()
      }, random: { 0 })
    let lua = Lua(level: level, memoryLimit: memoryLimit, ambient: ambient, output: output)
    await lua.preload(.task(ambient: ambient))
    return lua
  }

  func run(_ source: String) async throws -> [LuaValue] { try await run(source, name: "test.lua") }

  /// What a chunk returns, as text: `1, true, "a"`.
  func show(_ source: String) async throws -> String {
    var parts: [String] = []
    for value in try await run(source) { parts.append(try await text(of: value)) }
    return parts.joined(separator: ", ")
  }

  func define(_ function: any LuaMember) async throws {
    guard case .function(let declaration) = function.member else { return }
    try setGlobal(declaration.name, .native(declaration))
  }
}

struct Refused: Error, Equatable {
  let reason: String
}

/// Counts objects that live.
final class Witnesses: Sendable {
  private let count = Mutex(0)
  var alive: Int { count.withLock(\.self) }
  func make() -> Witness { Witness(self) }
  fileprivate func add(_ change: Int) { count.withLock { $0 += change } }
}

final class Witness: LuaObject {
  private let witnesses: Witnesses
  fileprivate init(_ witnesses: Witnesses) {
    self.witnesses = witnesses
    witnesses.add(1)
  }
  deinit { witnesses.add(-1) }

  static let luaClass = LuaClass("test.Witness", "Something that is counted.") {
    Method("hello", "Greets.") { (_: Witness, _) in ["hello"] }
    Property("colour", .string, "Its colour.") { (_: Witness) in "red" }
    AsyncProperty("slow", .integer, "Takes a moment.") { (_: Witness) in
      await Task.yield()
      return 7
    }
    Method("items", "Iterates, waiting for each.", returns: [LuaParameter("next", .function)]) {
      (_: Witness, _) in
      let left = Mutex(3)
      return [
        .native(
          AsyncFunction("next", "The next item.", variadic: true) { _ in
            await Task.yield()
            let item = left.withLock { left in
              left -= 1
              return left
            }
            return item < 0 ? [nil] : [.integer(Int64(item))]
          }.declaration)
      ]
    }
    Operation(.length) { (_: Witness, _) in [3] }
    Operation(
      .close,
      awaiting: { (_: Witness, _) in
        await Task.yield()
        return []
      })
  }
}
