package import Document
package import StackEngine

/// Why a resource could not be made, changed or deleted.
package struct ResourceError: Error, Sendable {
  package enum Code: String, Sendable {
    case badProperty = "bad_property"
    case ambiguousNetwork = "ambiguous_network"
    case unknownNetwork = "unknown_network"
    case noExternalNetwork = "no_external_network"
    case userDataTooLarge = "user_data_too_large"
    /// The cloud says that the resource is broken.
    case broken
    case timedOut = "timed_out"
    /// A guest signalled a failure.
    case signalledFailure = "signalled_failure"
    case unknownAction = "unknown_action"
  }

  package let code: Code
  package let message: String
  package let hint: String?
  /// The request that it comes from, where the cloud knows it.
  package var failedRequest: FailedRequest?

  package init(_ code: Code, _ message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }
}

extension ResourceError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(code.rawValue, message, hint: hint)] }
}

extension ResourceError: RequestError {}
