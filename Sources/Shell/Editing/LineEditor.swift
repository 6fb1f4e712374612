import CReadline
import Document
import Glibc

/// Reads texts of Lua from a terminal, with colours, completion and history.
///
/// Readline's state is one per program, and so is this.
package actor LineEditor: LineSource {
  let screen: Screen
  let assistant: any LineAssistant
  private let thread: InputThread
  private var hasStarted = false
  private var prompt = StyledLine()
  private var waiter: CheckedContinuation<LineInput, Never>?
  /// What was last shown, to tell whether a key changed it.
  private var shown: (text: String, cursor: Int) = ("", 0)
  var menu: Menu?
  var explanation: [String] = []

  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  package init(screen: Screen, assistant: any LineAssistant, input: Int32 = STDIN_FILENO) {
    self.screen = screen
    self.assistant = assistant
    thread = InputThread(input: input)
  }

  deinit { thread.finish() }

  // MARK: Reading

  /// Reads a text, of as many lines as it takes to be complete.
  package func read(_ prompt: StyledLine) async -> LineInput {
    start()
    self.prompt = prompt
    forgetExtras()
    screen.command("\u{1B}[?2004h")
    return await withCheckedContinuation { continuation in
      waiter = continuation
      cr_open()
      weak let editor = self
      thread.listen { editor?.assumeIsolated { $0.readKey() } }
    }
  }

  /// Ends the line that is being read, as Ctrl-C does.
  package func interrupt() {
    guard waiter != nil else { return }
    cr_abandon()
    end(.interrupted, shown.text, note: "^C")
  }

  /// Draws the line anew on a terminal of another size.
  package func resize() {
    guard waiter != nil else { return }
    screen.lend()
    screen.takeBack()
    cr_show()
  }

  /// Takes the keys back after the program was stopped and went on.
  package func resume() {
    guard waiter != nil else { return }
    // Whoever had the terminal meanwhile has set it as they like it.
    cr_lend_terminal()
    cr_take_terminal()
    screen.lend()
    screen.takeBack()
    cr_show()
  }

  /// Adds texts to the history that keys go through, oldest first.
  package func remember(_ texts: [String]) {
    start()
    for text in texts { cr_remember(text) }
  }

  private func start() {
    guard !hasStarted else { return }
    hasStarted = true
    cr_start(host)
  }

  private func readKey() { if waiter != nil { cr_read() } }

  func entered(_ text: String?) {
    end(text.map(LineInput.text) ?? .end, text ?? shown.text)
  }

  private func end(_ input: LineInput, _ text: String, note: String = "") {
    thread.listen(nil)
    forgetExtras()
    let layout = layout(text, cursor: text.utf8.count, hint: note)
    screen.endInput(layout.rows.map { $0.text(color: screen.color) })
    screen.command("\u{1B}[?2004l")
    shown = ("", 0)
    waiter?.resume(returning: input)
    waiter = nil
  }

  // MARK: Showing

  func show(message: String?, text: String, cursor: Int) {
    if text != shown.text || cursor != shown.cursor { forgetExtras() }
    shown = (text, cursor)
    let size = screen.size
    let usual = layout(text, cursor: cursor, message: message)
    let window = usual.window(of: size.rows - 1)
    let footer = footer(of: max(0, size.rows - window.rows.count - 1), columns: size.columns)
    screen.show(
      Screen.Input(
        rows: window.rows.map { $0.text(color: screen.color) },
        cursor: Region.Cursor(row: window.row, column: window.column),
        footer: footer.map { $0.text(color: screen.color) }))
  }

  private func layout(_ text: String, cursor: Int, message: String? = nil, hint: String = "") -> LineLayout {
    LineLayout(
      prompt: message.map { StyledLine($0, .faint) } ?? prompt, text: text, cursor: cursor,
      styles: LuaText(text).styles, columns: screen.size.columns, hint: hint)
  }

  private func footer(of height: Int, columns: Int) -> [StyledLine] {
    if let menu { return menu.rows(of: min(height, 12), columns: columns) }
    return explanation.prefix(height).map { StyledLine($0.harmless, .faint).clipped(to: columns - 1) }
  }

  func forgetExtras() {
    menu = nil
    explanation = []
  }

  /// Changes the text, and takes the change for seen, so that a menu stays.
  func replace(_ bytes: Range<Int>, _ text: String) {
    cr_replace(Int32(bytes.lowerBound), Int32(bytes.upperBound), text)
    let old = Array(shown.text.utf8)
    let new = old[..<bytes.lowerBound] + Array(text.utf8) + old[bytes.upperBound...]
    shown = (String(decoding: new, as: UTF8.self), bytes.lowerBound + text.utf8.count)
  }

  func note(_ text: String, _ cursor: Int) { shown = (text, cursor) }
}
