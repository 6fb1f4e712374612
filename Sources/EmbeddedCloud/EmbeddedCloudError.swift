package import Document

/// Why something can't be done with an embedded cloud from outside of its APIs.
package struct EmbeddedCloudError: Error, Sendable {
  package enum Code: String, Sendable {
    /// There is no such server.
    case unknownServer = "unknown_server"
    /// The server hasn't booted yet.
    case notBooted = "not_booted"
    /// The address to listen at is none, or is taken.
    case cannotListen = "cannot_listen"
  }

  package let code: Code
  package let message: String
  package let hint: String?

  init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension EmbeddedCloudError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(code.rawValue, message, hint: hint)] }
}
