import Glibc

/// How a line that a person was to write ended.
package enum LineInput: Sendable, Hashable {
  case text(String)
  /// Ctrl-C.
  case interrupted
  /// Ctrl-D, or the terminal is gone.
  case end
}

/// Where the REPL's lines come from.
protocol LineSource: Actor {
  /// Reads a text, of as many lines as it takes to be complete.
  func read(_ prompt: StyledLine) async -> LineInput
  /// Ends the line that is being read, as Ctrl-C does.
  func interrupt()
  /// Draws the line anew on a terminal of another size.
  func resize()
  /// Takes the keys back after the program was stopped and went on.
  func resume()
  /// Adds texts to the history that keys go through, oldest first.
  func remember(_ texts: [String])
  /// Does something on the terminal's thread, for which it may wait as long as a person likes.
  func perform<T: Sendable>(_ body: @Sendable () -> T) -> T
}

extension LineSource {
  func perform<T: Sendable>(_ body: @Sendable () -> T) -> T { body() }
}

/// Lines of a terminal that can't draw, which edits them itself.
actor PlainLines: LineSource {
  private let screen: Screen
  private let assistant: any LineAssistant
  private let thread: InputThread
  private let input: Int32

  nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  init(screen: Screen, assistant: any LineAssistant, input: Int32 = STDIN_FILENO) {
    self.screen = screen
    self.assistant = assistant
    self.input = input
    thread = InputThread(input: input)
  }

  deinit { thread.finish() }

  func read(_ prompt: StyledLine) async -> LineInput {
    var text = ""
    while true {
      screen.write(text.isEmpty ? prompt.text(color: false) : "  ")
      guard let line = readLine() else { return text.isEmpty ? .end : .text(text) }
      text += text.isEmpty ? line : "\n" + line
      if await assistant.isComplete(text) { return .text(text) }
    }
  }

  // The terminal itself keeps the line, so there is nothing to do.
  func interrupt() {}
  func resize() {}
  func resume() {}
  func remember(_ texts: [String]) {}

  /// A line without its end; nil at the end of input.
  private func readLine() -> String? {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while true {
      let count = Glibc.read(input, &byte, 1)
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
      if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
      bytes.append(byte)
    }
  }
}
