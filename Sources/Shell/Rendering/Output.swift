import Glibc

/// One of the program's standard streams.
package enum Output: Int32, Sendable {
  case standard = 1
  case errors = 2

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Whether it is a terminal whose owner hasn't asked for plain text (https://no-color.org).
  package var isColored: Bool {
    isLive && getenv("NO_COLOR") == nil
  }

  /// Whether it is a terminal on which rows can be drawn again.
  package var isLive: Bool {
    isTerminal && getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
  }

  /// The terminal's width; 80 when it is none.
  package var columns: Int { TerminalSize(of: rawValue).columns }

  /// The terminal's width; nil where there is none, and so nothing to fit in.
  package var width: Int? { isTerminal ? columns : nil }

  /// Writes all of a text; what can't be written is lost, as when a reader has gone.
  package func write(_ text: String) { _ = TextFile.write(text, to: rawValue) }
}

extension Output {
  package func line(_ text: String) { write(text + "\n") }
}
