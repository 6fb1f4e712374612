internal import CLua
internal import Document
internal import Synchronization

// MARK: - Chunks

extension Core {
  /// Compiles a chunk and leaves its function on the stack; leaves nothing when it can't.
  func load(_ text: String, name: String, _ stack: State, place keeps: Bool = true) throws(LuaError) {
    let isNamed = name.hasPrefix("@") || name.hasPrefix("=")
    let display = isNamed ? String(name.dropFirst()) : name
    if keeps { remember(Source(name: display, text: text), as: shortName(isNamed ? name : "@" + name)) }
    var chunk = withoutShebang(text)
    let status = chunk.withUTF8 { bytes in
      bytes.withMemoryRebound(to: CChar.self) { bytes in
        kl_load(stack, bytes.baseAddress, bytes.count, isNamed ? name : "@" + name)
      }
    }
    guard status != 0 else { return }
    defer { kl_pop(stack, 1) }
    let found = error(stack)
    var failure = LuaError(found.code == .memory ? .memory : .syntax, found.message)
    failure.place = found.place
    throw failure
  }

  /// Empties a first line that starts with `#`, so that the others keep their numbers.
  private func withoutShebang(_ text: String) -> String {
    guard text.utf8.first == UInt8(ascii: "#") else { return text }
    return String(text.drop { !$0.isNewline })
  }

  /// A chunk's name as Lua shortens it in messages, which have 60 bytes for it.
  func shortName(_ name: String) -> String {
    let text = name.dropFirst()
    guard text.utf8.count > 59 else { return String(text) }
    if name.hasPrefix("=") { return String(decoding: text.utf8.prefix(59), as: UTF8.self) }
    return "..." + String(decoding: text.utf8.suffix(56), as: UTF8.self)
  }
}

// MARK: - Strands

/// How far a strand came.
enum Step {
  case ended(Strand.Outcome)
  case awaits(LuaFunctionDeclaration.Operation)
}

extension Core {
  /// Makes a strand of the function and the arguments that `push` puts on its stack.
  func open(parent: Strand?, _ push: (State) throws -> Void) throws -> (strand: Strand, arguments: Int32) {
    drain()
    guard let pointer = kl_strand_open(state) else { throw LuaError(.memory, "not enough memory") }
    let strand = Strand(pointer: pointer, parent: parent)
    let stack = kl_strand_thread(pointer)
    do {
      guard let stack else { throw LuaError(.memory, "not enough memory") }
      try push(stack)
      strands.withLock { $0.append(strand) }
      return (strand, kl_top(stack) - 1)
    } catch {
      strand.end()
      throw error
    }
  }

  func close(_ strand: Strand) {
    strands.withLock { $0.removeAll { $0 === strand } }
    strand.end()
    drain()
  }

  /// Runs a strand until it ends or awaits.
  func step(_ strand: Strand, _ arguments: Int32) -> Step {
    drain()
    guard var stack = kl_strand_thread(strand.pointer) else {
      return .ended(.failure(LuaError(.cancelled, "the task has ended")))
    }
    let outer = current
    current = strand
    captured = []
    var count: Int32 = 0
    let watch = burst.map { Watchdog.shared.begin(strand, within: $0, turn: repute.turn) }
    let status = kl_resume(strand.pointer, arguments, &count)
    if let watch { heed(Watchdog.shared.end(watch)) }
    current = outer
    defer { captured = [] }
    if status == Int32(KL_AWAITS), let operation = pending {
      pending = nil
      return .awaits(operation)
    }
    // One that was left where it was has another stack now.
    stack = kl_strand_thread(strand.pointer) ?? stack
    if status == Int32(KL_DONE), kl_boolean(stack, kl_top(stack) - count + 1) {
      return .ended(.success(read(stack, last: count - 1)))
    }
    return .ended(.failure(failure(of: strand, stack)))
  }

  /// Gives the thread the turn that it has earned.
  private func heed(_ effort: (used: Duration, gaveWay: Bool)) {
    let before = effort.gaveWay ? .long : repute.turn
    let turn = repute.note(effort.used)
    if turn != before { turn.take() }
  }

  private func failure(of strand: Strand, _ stack: State) -> LuaError {
    let found = error(stack, frames: captured)
    guard let reason = strand.reason, found.code != reason.error.code else { return found }
    guard found.message.hasSuffix("stopped") || found.code == .cancelled else { return found }
    var failure = reason.error
    failure.place = found.place
    failure.frames = found.frames
    return failure
  }

  /// Puts what an operation came to on the strand's stack, and says how many values these are.
  func deliver(_ outcome: Result<[LuaValue], any Error>, _ strand: Strand) -> Int32 {
    guard let stack = kl_strand_thread(strand.pointer) else { return 0 }
    let top = kl_top(stack)
    do {
      let results = try outcome.get()
      guard kl_room(stack, Int32(clamping: results.count + 8)) else {
        throw LuaError(.memory, "too many results")
      }
      kl_push_boolean(stack, true)
      for result in results { try push(result, stack) }
    } catch {
      kl_settop(stack, top)
      kl_push_boolean(stack, false)
      pushError(error, stack)
    }
    return kl_top(stack) - top
  }
}
