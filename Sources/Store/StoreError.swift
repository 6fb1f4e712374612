package import Document

/// Why the store can't be used.
package struct StoreError: Error, Sendable {
  package enum Code: String, Sendable {
    /// The file isn't a database of kiln's, or is damaged.
    case damaged = "store_damaged"
    /// The file can't be opened, read or written.
    case unusable = "store_unusable"
    /// A newer kiln has made it.
    case tooNew = "store_too_new"
    /// The key file is missing or damaged, or is that of another store.
    case wrongKey = "store_wrong_key"
    /// The command that is to print the key doesn't.
    case keyCommand = "store_key_command"
    /// Somebody works on its stacks, and must not.
    case inUse = "store_in_use"
    /// It has something in it, and must not.
    case notEmpty = "store_not_empty"
    /// What is to be imported is no exported store, or not a whole one.
    case badArchive = "bad_archive"
  }

  package let code: Code
  package let path: String
  package let message: String
  package let hint: String?

  package init(_ code: Code, path: String, _ message: String, hint: String? = nil) {
    self.code = code
    self.path = path
    self.message = message
    self.hint = hint
  }
}

extension StoreError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(code.rawValue, message, hint: hint)] }
}
