import Document
import Secrets
import StackEngine

extension PostgresJournal {
  /// The key, once it is known that the store's secrets are sealed with it, and its check; a new store takes any.
  static func key(
    _ given: GivenKey?, _ file: String, _ address: PostgresAddress, _ connection: PostgresConnection,
    _ random: () -> UInt64
  ) throws -> (seal: Seal, check: String) {
    guard let check = try PostgresSchema.setting("key_check", connection) else {
      let seal = try given?.seal ?? KeyFile.open(file, mayCreate: true, random: random)
      let check = try seal.check()
      try PostgresSchema.set("key_check", check, connection)
      return (seal, check)
    }
    if let given {
      guard given.seal.opens(check) else { throw StoreError.wrong(given, address.shown) }
      return (given.seal, check)
    }
    guard let found = try KeyFile.find(file, opening: check) else {
      throw StoreError(
        .wrongKey, path: address.shown,
        "the key in \(file) isn't the one that \(address.shown) was sealed with",
        hint: "copy the key file of those who share the store, or name it with KILN_STORE_KEY")
    }
    // The lock under which the tables are made keeps others from changing the key.
    if found.isNext { try KeyFile.takeNext(of: file, keeping: true) }
    return (found.seal, check)
  }

  /// Sees, and makes sure until the transaction's end, that the store's key is still the one of this journal.
  nonisolated func seeKey(_ connection: PostgresConnection) throws {
    let row = try connection.rows("SELECT value FROM setting WHERE name = 'key_check' FOR SHARE").first
    guard row?[0] == check else { throw StoreError.changedKey(place) }
  }

  // MARK: - Another key

  package func rekey(_ next: NextKey) async throws -> Rekeying {
    let new = RecordCoding(seal: try next.seal())
    let check = try new.seal.check()
    do {
      var done = Rekeying(records: try await begin(next, new, check))
      // A key that is kept elsewhere leaves the file: other databases may have it.
      guard case .file = next else { return done }
      done.keyFile = keyFile
      done.oldKeyFile = try await finish(check)
      return done
    } catch {
      throw StoreError.unreadable(error, place) ?? error
    }
  }

  /// Seals everything with the next key, once that is in its file.
  ///
  /// - Returns: The number of records.
  func begin(_ next: NextKey, _ new: RecordCoding, _ check: String) async throws -> Int {
    try await writer.transaction { [self] connection in
      try PostgresSchema.lock(connection)
      // Writers lock in the same order: leases, then the check.
      try connection.rows("LOCK TABLE lease IN EXCLUSIVE MODE")
      try connection.rows("SELECT value FROM setting WHERE name = 'key_check' FOR UPDATE")
      try seeKey(connection)
      let busy = try busyStacks(connection)
      if !busy.isEmpty { throw StoreError.inUse(place, busy) }
      // Those of the dead: who comes late keeps nothing.
      try connection.rows("DELETE FROM lease")
      if case .file(let digits) = next { try KeyFile.writeNext(digits, of: keyFile) }
      let records = try SealedTable.allCases.map { try reseal($0, new, connection) }.reduce(0, +)
      try PostgresSchema.set("key_check", check, connection)
      return records
    }
  }

  /// The names of the stacks that are being worked on.
  private nonisolated func busyStacks(_ connection: PostgresConnection) throws -> [String] {
    try connection.rows(
      """
      SELECT coalesce(name, lease.stack) FROM lease LEFT JOIN stack ON stack.id = lease.stack
      WHERE expires > clock_timestamp() AND (session = $1::bigint OR NOT pg_try_advisory_xact_lock(session))
      ORDER BY 1
      """, [String(session)]
    ).map { try $0.text(0) }
  }

  private nonisolated func reseal(
    _ table: SealedTable, _ new: RecordCoding, _ connection: PostgresConnection
  ) throws -> Int {
    var count = 0
    var last: Int64 = 0
    let (name, page) = (table.nameInPostgres, SealedTable.page)
    while true {
      let found = try PostgresTemplates.find(
        """
        SELECT \(table == .stack ? "id" : "stack") AS stack, ordinal, record FROM \(name)
        WHERE ordinal > $1::bigint ORDER BY ordinal LIMIT \(page)
        """, [String(last)], connection)
      var columns = PostgresColumns(2)
      var texts: PostgresTemplates.Texts = [:]
      for row in found.rows {
        last = row.ordinal
        let record = try table.resealed(row.record, from: coding, to: new, found.texts) {
          texts[[$0, $1]] = $2
        }
        columns.append([String(last), record])
      }
      try PostgresTemplates.keep(texts, connection)
      try connection.rows(
        """
        UPDATE \(name) SET record = new.record FROM unnest($1::bigint[], $2::text[]) AS new(ordinal, record)
        WHERE \(name).ordinal = new.ordinal
        """, columns.parameters)
      count += found.rows.count
      if found.rows.count < page { return count }
    }
  }

  /// Puts the next key's file in its place, unless somebody else has done so or has changed the key again.
  ///
  /// - Returns: Where the key before is kept.
  private func finish(_ check: String) async throws -> String? {
    try await writer.transaction { [keyFile] connection in
      try PostgresSchema.lock(connection)
      guard try PostgresSchema.setting("key_check", connection) == check,
        try KeyFile.find(keyFile, opening: check)?.isNext == true
      else { return nil }
      return try KeyFile.takeNext(of: keyFile, keeping: true)
    }
  }
}

extension SealedTable {
  fileprivate var nameInPostgres: String {
    switch self {
    case .stack: "stack"
    case .resource: "resource"
    case .operation: "operation"
    case .changeSet: "change_set"
    case .snapshot: "snapshot"
    }
  }
}
