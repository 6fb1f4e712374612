import Document
import Shell

/// What goes wrong, told to a person on standard error.
enum Complaint {
  /// The diagnostics of an error that can explain itself; nil for one that can't, such as a wrong command
  /// line.
  static func diagnostics(of error: any Error) -> [Diagnostic]? {
    if let error = error as? any Explainable { return error.diagnostics }
    if error is CancellationError { return [Diagnostic("interrupted", "interrupted")] }
    return nil
  }

  static func show(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics {
      Output.errors.write(diagnostic.rendered(color: Output.errors.isColored) + "\n")
    }
  }
}
