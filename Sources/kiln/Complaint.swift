import Document
import Glibc

/// What goes wrong, told to a person on standard error.
enum Complaint {
  /// The diagnostics of an error that can explain itself; nil for one that can't, such as a wrong command line.
  static func diagnostics(of error: any Error) -> [Diagnostic]? {
    if let error = error as? any Explainable { return error.diagnostics }
    if error is CancellationError { return [Diagnostic("interrupted", "interrupted")] }
    return nil
  }

  static func show(_ diagnostics: [Diagnostic], color: Bool) {
    for diagnostic in diagnostics { write(diagnostic.rendered(color: color) + "\n") }
  }

  static func write(_ text: String) {
    fflush(stdout)
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
        guard count > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
    }
  }
}

/// What the standard streams are.
enum Terminals {
  static var errorsAreColored: Bool { isColored(STDERR_FILENO) }
  static var outputIsColored: Bool { isColored(STDOUT_FILENO) }
  static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether a stream is a terminal whose owner hasn't asked for plain text (https://no-color.org).
  private static func isColored(_ stream: Int32) -> Bool {
    guard isatty(stream) == 1, getenv("NO_COLOR") == nil else { return false }
    return getenv("TERM").map { String(cString: $0) != "dumb" } ?? false
  }
}
