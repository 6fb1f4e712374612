import Ambience
import Document
import LuaRuntime

extension Repl {
  /// Runs a chunk and shows what it returns, or what went wrong.
  func evaluate(_ chunk: ReplLine.Chunk) async {
    guard let values = await run(chunk.text) else { return }
    do {
      if let pipe = chunk.pipe { return try await send(values, to: pipe) }
      if !chunk.isQuiet { try await show(values) }
    } catch let error as LuaError {
      show(error)
    } catch {
      show([Diagnostic("not_shown", "the result can't be shown: \(error)")])
    }
  }

  /// Runs a chunk, as an expression if it is one, and remembers its results.
  ///
  /// - Returns: Nil when it failed, which has been shown.
  func run(_ text: String, showingTime: Bool = false) async -> [LuaValue]? {
    count += 1
    let name = "=input \(count)"
    let isExpression = await isExpression(text)
    let start = ambient.uptime()
    defer { showTime(ambient.uptime() - start, always: showingTime || showsTime) }
    do throws(LuaError) {
      let values = try await lua.execute(isExpression ? Self.returning + text : text, name: name)
      if !values.isEmpty { await remember(values) }
      record(text)
      return values
    } catch {
      await fail(isExpression ? error.without(Self.returning, on: name, text) : error)
      return nil
    }
  }

  private static let returning = "return "

  private func isExpression(_ text: String) async -> Bool {
    // `check` tries `return` before the text as well, and no text is right after two of them.
    if case .complete = await lua.check(Self.returning + text, name: "=input") { return true }
    return false
  }

  private func showTime(_ span: Duration, always: Bool) {
    if always || span > .seconds(1) { say("took \(span.precise)") }
  }

  // MARK: What Lua sees of it

  /// Makes results `_`, and `_1` to `_9` from the newest on.
  private func remember(_ values: [LuaValue]) async {
    results.insert(values[0], at: 0)
    results = Array(results.prefix(9))
    try? await lua.setGlobal("_", results[0])
    for (index, value) in results.enumerated() { try? await lua.setGlobal("_\(index + 1)", value) }
  }

  private func fail(_ error: LuaError) async {
    if error.code == .stopped {
      // The terminal has shown Ctrl-C as `^C`, of which the screen doesn't know.
      if screen.isLive { screen.write("\n") }
      return say("stopped")
    }
    failure = error
    show(error)
    try? await lua.setGlobal("_err", error.value.isNil ? .object(LuaErrorObject(error)) : error.value)
  }

  private func record(_ text: String) {
    guard let file = recording else { return }
    if !TextFile.write(text + "\n", to: file, appending: true) {
      recording = nil
      show([.unwritable(file)])
    }
  }
}

extension LuaError {
  /// The error without the word that made an expression a chunk, in the excerpt of its line.
  fileprivate func without(_ word: String, on name: String, _ text: String) -> LuaError {
    guard let place, place.source.name == name.dropFirst(), place.start.line == 1 else { return self }
    var error = self
    let isOneLine = place.end.line == 1
    let first = text.split(separator: "\n", omittingEmptySubsequences: false).first ?? ""
    let indent = first.prefix { $0 == " " }.count
    let end = isOneLine ? max(indent + 2, place.end.column - word.count) : place.end.column
    error.place = Place(
      source: Source(name: place.source.name, text: text), start: Position(line: 1, column: indent + 1),
      end: Position(line: place.end.line, column: end))
    return error
  }
}

extension Duration {
  /// The span to the millisecond, if that says anything.
  fileprivate var precise: String {
    let (seconds, attoseconds) = components
    let milliseconds = attoseconds / 1_000_000_000_000_000
    if seconds == 0 {
      let micro = attoseconds / 1_000_000_000_000
      return milliseconds < 10 ? "\(milliseconds).\(micro % 1000 / 100) ms" : "\(milliseconds) ms"
    }
    return words
  }
}

extension Diagnostic {
  static func unwritable(_ file: String) -> Diagnostic {
    Diagnostic("unwritable_file", "\(file) can't be written: \(lastSystemError())")
  }
}
