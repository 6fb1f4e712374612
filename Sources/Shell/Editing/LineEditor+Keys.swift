import CReadline
import Glibc

/// How long a key may take that asks Lua something; then it does nothing.
private let patience: Duration = .milliseconds(300)

extension LineEditor {
  // MARK: Enter

  /// How far the next line is indented; -1 when the text is complete.
  func indent(_ text: String, _ cursor: Int) -> Int32 {
    let assistant = assistant
    let isComplete = answer(within: patience) { await assistant.isComplete(text) } ?? true
    let depth = LuaText(text).depth(before: cursor)
    dedent(text, cursor)
    return isComplete ? -1 : Int32(clamping: 2 * depth)
  }

  /// Moves a line that closes a block under the one that opened it.
  private func dedent(_ text: String, _ cursor: Int) {
    guard let (bytes, spaces) = LuaText(text).dedent(at: cursor) else { return }
    cr_replace(Int32(bytes.lowerBound), Int32(bytes.upperBound), String(repeating: " ", count: spaces))
    cr_move(Int32(cursor - bytes.count + spaces))
  }

  // MARK: Keys

  /// Does what a key of ours is for; false when Enter may go on.
  func act(_ key: Int, _ text: String, _ cursor: Int) -> Bool {
    note(text, cursor)
    switch key {
    case CR_COMPLETE: complete(text, cursor, 1)
    case CR_COMPLETE_BACK: complete(text, cursor, -1)
    case CR_EXPLAIN: explain(text, cursor)
    case CR_EDITOR: edit(text)
    case CR_CLEAR: screen.clear()
    default: return closeMenu()
    }
    return true
  }

  private func closeMenu() -> Bool {
    let wasChoosing = menu?.chosen != nil
    forgetExtras()
    return wasChoosing
  }

  private func complete(_ text: String, _ cursor: Int, _ direction: Int) {
    if menu != nil { return choose(direction, cursor) }
    let before = text.utf8.prefix(cursor).reversed().prefix { $0 != UInt8(ascii: "\n") }
    // At the start of a line Tab indents.
    if before.allSatisfy({ $0 == UInt8(ascii: " ") }) { return replace(cursor..<cursor, "  ") }
    let assistant = assistant
    guard let found = answer(within: patience, { await assistant.completion(of: text, cursor: cursor) }),
      !found.candidates.isEmpty
    else { return screen.command("\u{07}") }
    let common = found.commonPrefix
    let isLonger = common.utf8.count > found.bytes.count || found.candidates.count == 1
    if isLonger { replace(found.bytes, common) }
    guard found.candidates.count > 1 else { return }
    let end = isLonger ? found.bytes.lowerBound + common.utf8.count : found.bytes.upperBound
    menu = Menu(Completion(found.bytes.lowerBound..<end, found.candidates))
  }

  /// Puts the next candidate of the menu in the place of the last.
  private func choose(_ direction: Int, _ cursor: Int) {
    guard var menu else { return }
    let candidate = menu.step(direction)
    replace(menu.completion.bytes.lowerBound..<cursor, candidate.text)
    self.menu = menu
  }

  private func explain(_ text: String, _ cursor: Int) {
    let assistant = assistant
    let lines = answer(within: patience) { await assistant.explanation(of: text, cursor: cursor) } ?? []
    forgetExtras()
    explanation = lines.isEmpty ? ["nothing is known about this"] : lines
  }

  /// Has an editor of the user's choice change the text.
  private func edit(_ text: String) {
    cr_lend_terminal()
    screen.lend()
    let edited = ExternalEditor.edit(text)
    cr_take_terminal()
    screen.takeBack()
    guard let edited else { return }
    replace(0..<text.utf8.count, edited)
  }
}

// MARK: - Readline's host

extension LineEditor {
  /// What readline calls; all of it happens while this actor calls readline.
  var host: cr_host {
    cr_host(
      context: Unmanaged.passUnretained(self).toOpaque(),
      indent: { context, text, cursor in
        let line = String(text)
        return LineEditor.with(context) { $0.indent(line, Int(cursor)) } ?? -1
      },
      entered: { context, text in
        let text = text.map { String(cString: $0) }
        LineEditor.with(context) { $0.entered(text) }
      },
      show: { context, message, text, cursor in
        let message = message.map { String(cString: $0) }
        let line = String(text)
        LineEditor.with(context) { $0.show(message: message, text: line, cursor: Int(cursor)) }
      },
      act: { context, key, text, cursor in
        let line = String(text)
        return LineEditor.with(context) { $0.act(Int(key), line, Int(cursor)) } ?? false
      })
  }

  @discardableResult
  private static func with<T: Sendable>(
    _ context: UnsafeMutableRawPointer?, _ body: (isolated LineEditor) -> T
  ) -> T? {
    guard let context else { return nil }
    let editor = Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue()
    return editor.assumeIsolated(body)
  }
}

extension String {
  fileprivate init(_ text: UnsafePointer<CChar>?) { self = text.map { String(cString: $0) } ?? "" }
}
