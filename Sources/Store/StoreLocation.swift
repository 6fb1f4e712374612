/// Where a store is, as `--store` says it: a file of SQLite's, or a database of PostgreSQL's.
package enum StoreLocation: Sendable {
  case file(String)
  case postgres(PostgresAddress)

  package init(_ text: String) {
    self = PostgresAddress(text).map { .postgres($0) } ?? .file(text)
  }

  /// Opens the store, or makes one.
  ///
  /// The key of a database's secrets is in `keyFile`; a SQLite file has its own beside it. A command that prints the
  /// key takes the place of either. `leaseTerm` says after what time without a sign of life an operation may be taken
  /// over.
  ///
  /// - Throws: `StoreError`.
  package func open(
    keyFile: () throws -> String, keyCommand: KeyCommand? = nil, leaseTerm: Duration = .seconds(15)
  ) async throws -> any StoredJournal {
    let key = try await keyCommand?.key()
    return switch self {
    case .file(let path): try SQLiteJournal(path: path, key: key, leaseTerm: leaseTerm)
    case .postgres(let address):
      try await PostgresJournal.open(address, keyFile: keyFile(), key: key, leaseTerm: leaseTerm)
    }
  }
}
