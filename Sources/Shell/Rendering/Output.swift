import CReadline
import Glibc

/// One of the program's standard streams.
package enum Output: Int32, Sendable {
  case standard = 1
  case errors = 2

  package var isTerminal: Bool { isatty(rawValue) == 1 }

  /// Whether it is a terminal whose owner hasn't asked for plain text (https://no-color.org).
  package var isColored: Bool {
    guard isTerminal, getenv("NO_COLOR") == nil else { return false }
    return getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
  }

  /// The terminal's width; 80 when it is none.
  package var columns: Int {
    let columns = Int(ct_columns(rawValue))
    return columns > 0 ? columns : 80
  }

  /// Writes all of a text; what can't be written is lost, as when a reader has gone.
  package func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(rawValue, rest.baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
  }
}

extension Output {
  package func line(_ text: String) { write(text + "\n") }
}

/// How many columns of a terminal a text takes.
package func displayWidth(_ text: String) -> Int {
  text.unicodeScalars.reduce(0) { $0 + Int(ct_width($1.value)) }
}
