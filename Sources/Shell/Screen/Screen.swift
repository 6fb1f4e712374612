import Glibc
import Synchronization

/// Standard output, shared by what scripts print, running operations and the prompt.
///
/// On a terminal, the status and the prompt stand below all that is written. Any thread may write.
package final class Screen: Sendable {
  /// The line that is being edited, as rows.
  struct Input: Sendable {
    var rows: [String]
    var cursor: Region.Cursor
    /// What stands below it for the moment, such as candidates.
    var footer: [String] = []
  }

  private struct State {
    var region = Region()
    var status: [String] = []
    var input: Input?
    /// Whether what was written last ended its line.
    var isAtLineStart = true
    /// Whether another program has the terminal, and what was written meanwhile.
    var isLent = false
    var isClosed = false
    var held = ""
  }

  /// Whether the terminal can draw rows again.
  package let isLive: Bool
  package let color: Bool
  private let descriptor: Int32
  private let errors: Int32
  private let state = Mutex(State())

  package init(
    isLive: Bool, color: Bool, descriptor: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO
  ) {
    self.isLive = isLive
    self.color = color
    self.descriptor = descriptor
    self.errors = errors
  }

  /// Whether a line is being edited below all else.
  var isEdited: Bool { state.withLock { $0.input != nil } }

  package var size: TerminalSize { TerminalSize(of: descriptor) }

  /// Writes a text that stays, above what is drawn again.
  package func write(_ text: String) {
    state.withLock { draw(text, &$0) }
  }

  /// Writes a line that stays, on a line of its own.
  package func line(_ text: String) {
    state.withLock { draw(($0.isAtLineStart ? "" : "\n") + text + "\n", &$0) }
  }

  /// Writes a text that stays to standard error, also above what is drawn again.
  package func complain(_ text: String) {
    if isLive, isatty(errors) == 1 { return write(text) }
    state.withLock { _ in put(text, errors) }
  }

  /// Shows lines below all others, and above the prompt if there is one.
  func show(status: [String]) {
    state.withLock { state in
      state.status = status
      draw("", &state)
    }
  }

  func show(_ input: Input) {
    state.withLock { state in
      if state.input == nil, !state.isAtLineStart { put("\r\n", descriptor) }
      state.isAtLineStart = true
      state.input = input
      draw("", &state)
    }
  }

  /// Lets the edited line stay as it was, as rows, and begins a new one below it.
  func endInput(_ rows: [String]) {
    state.withLock { state in
      guard state.input != nil else { return }
      state.input = nil
      put(state.region.draw(rows) + state.region.settle(), descriptor)
      draw("", &state)
    }
  }

  /// Clears the terminal, and draws at its top.
  func clear() {
    state.withLock { state in
      put("\u{1B}[H\u{1B}[2J", descriptor)
      state.region.forget()
      draw("", &state)
    }
  }

  /// Writes what the terminal obeys but doesn't show.
  func command(_ sequence: String) {
    state.withLock { _ in put(sequence, descriptor) }
  }

  /// Takes the drawn rows away and holds back what is written, while another program has the terminal.
  func lend() {
    state.withLock { state in
      put(state.region.draw([]), descriptor)
      state.region.forget()
      state.isLent = true
    }
  }

  /// Writes what was held back, and draws again.
  func takeBack() {
    state.withLock { state in
      state.isLent = false
      let held = state.held
      state.held = ""
      draw(held, &state)
    }
  }

  /// Takes away what is drawn again, for good: the program ends, or complains by itself.
  package func close() {
    state.withLock { state in
      state.isClosed = true
      if isLive, state.input == nil { put(state.region.draw([]), descriptor) }
    }
  }

  private func draw(_ text: String, _ state: inout State) {
    var text = text
    if state.input != nil, !text.isEmpty, text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
    if let last = text.utf8.last { state.isAtLineStart = last == UInt8(ascii: "\n") }
    if state.isLent { return state.held += text }
    guard isLive else { return put(text, descriptor) }
    guard let input = state.input else {
      let isShown = state.isAtLineStart && !state.isClosed
      return put(state.region.draw(isShown ? fitting(state.status, 0) : [], above: text), descriptor)
    }
    let status = fitting(state.status, input.rows.count)
    let footer = input.footer.prefix(max(0, size.rows - input.rows.count - status.count))
    let cursor = Region.Cursor(row: status.count + input.cursor.row, column: input.cursor.column)
    put(state.region.draw(status + input.rows + footer, cursor: cursor, above: text), descriptor)
  }

  /// As much of the status as leaves room for other rows; its last lines say most.
  private func fitting(_ status: [String], _ others: Int) -> [String] {
    status.suffix(max(0, size.rows - 1 - others))
  }

  private func put(_ text: String, _ descriptor: Int32) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        if count < 0, errno == EPIPE { Self.endByBrokenPipe() }
        if count < 0, errno != EINTR, errno != EAGAIN { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, count)))
      }
    }
  }

  /// Ends the program as the signal does that it ignores for its network connections: nobody reads any more.
  private static func endByBrokenPipe() {
    signal(SIGPIPE, SIG_DFL)
    raise(SIGPIPE)
  }
}
