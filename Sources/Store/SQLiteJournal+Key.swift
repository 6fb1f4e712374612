import Document
import GRDB
import Secrets
import StackEngine

extension SQLiteJournal {
  static func keyFile(_ path: String) -> String { path + ".key" }

  /// The store's key, and its check, which is made when there is none.
  static func key(
    _ given: GivenKey?, _ path: String, _ database: DatabasePool
  ) throws -> (seal: Seal, check: String) {
    let known = try database.read { try Schema.setting("key_check", $0) }
    if let known, let found = try find(given, known, path), !found.isNext { return (found.seal, known) }
    // In a transaction, so that nobody changes the key in the meantime.
    return try database.write { database in
      guard let check = try Schema.setting("key_check", database) else {
        let seal = try given?.seal ?? KeyFile.open(keyFile(path), mayCreate: false) { 0 }
        try verify(RecordCoding(seal: seal), given, path, database)
        let check = try seal.check()
        try Schema.set("key_check", check, database)
        return (seal, check)
      }
      guard let found = try find(given, check, path) else { throw wrongKey(given, path) }
      if found.isNext { try KeyFile.takeNext(of: keyFile(path), keeping: false) }
      return (found.seal, check)
    }
  }

  private static func find(
    _ given: GivenKey?, _ check: String, _ path: String
  ) throws -> (seal: Seal, isNext: Bool)? {
    guard let given else { return try KeyFile.find(keyFile(path), opening: check) }
    return given.seal.opens(check) ? (given.seal, false) : nil
  }

  private static func wrongKey(_ given: GivenKey?, _ path: String) -> StoreError {
    if let given { return .wrong(given, path) }
    return StoreError(
      .wrongKey, path: path, "the key in \(keyFile(path)) isn't the one that \(path) was sealed with",
      hint: "put the right key file back")
  }

  /// Sees that a key opens what an older kiln, which had no check, has sealed.
  private static func verify(
    _ coding: RecordCoding, _ given: GivenKey?, _ path: String, _ database: Database
  ) throws {
    let texts = texts(database)
    for table in SealedTable.allCases {
      let records = try String.fetchCursor(database, sql: "SELECT record FROM \(table.nameInSQLite)")
      while let record = try records.next() {
        do {
          _ = try table.resealed(record, from: coding, to: coding, texts) { _, _, _ in }
        } catch is Seal.Broken {
          throw wrongKey(given, path)
        } catch {
          // A damaged record is told to whoever reads it.
        }
      }
    }
  }

  // MARK: - Another key

  package func rekey(_ next: NextKey) throws -> Rekeying {
    let new = RecordCoding(seal: try next.seal())
    let check = try new.seal.check()
    do {
      let records = try begin(next, new, check)
      try finish(next, check)
      try scrub()
      guard case .file = next else { return Rekeying(records: records) }
      return Rekeying(records: records, keyFile: Self.keyFile(path))
    } catch let error as DatabaseError {
      throw Self.explained(error, path)
    } catch {
      throw StoreError.unreadable(error, path) ?? error
    }
  }

  /// Seals everything with the next key, once that is in its file.
  ///
  /// - Returns: The number of records.
  func begin(_ next: NextKey, _ new: RecordCoding, _ check: String) throws -> Int {
    try write { database in
      let busy = try busyStacks(database)
      if !busy.isEmpty { throw StoreError.inUse(path, busy) }
      // Those of the dead: who comes late keeps nothing.
      try database.execute(sql: "DELETE FROM lease")
      if case .file(let digits) = next { try KeyFile.writeNext(digits, of: Self.keyFile(path)) }
      let records = try SealedTable.allCases.map { try reseal($0, new, database) }.reduce(0, +)
      try Schema.set("key_check", check, database)
      return records
    }
  }

  /// The names of the stacks that are being worked on.
  private func busyStacks(_ database: Database) throws -> [String] {
    let rows = try Row.fetchAll(
      database,
      sql: """
        SELECT coalesce(name, lease.stack) AS name, process, start, expires
        FROM lease LEFT JOIN stack ON stack.id = lease.stack ORDER BY name
        """)
    return rows.filter { row in
      let owner = Holder(process: row["process"], start: UInt64(bitPattern: row["start"] as Int64))
      return owner.isAlive && row["expires"] > uptime().milliseconds
    }.map { $0["name"] }
  }

  private func reseal(_ table: SealedTable, _ new: RecordCoding, _ database: Database) throws -> Int {
    var count = 0
    var last: Int64 = 0
    let (name, page) = (table.nameInSQLite, SealedTable.page)
    while true {
      let rows = try Row.fetchAll(
        database, sql: "SELECT ordinal, record FROM \(name) WHERE ordinal > ? ORDER BY ordinal LIMIT \(page)",
        arguments: [last])
      let texts = Self.texts(database)
      for row in rows {
        last = row["ordinal"]
        let record = try table.resealed(row["record"], from: coding, to: new, texts, Self.keeper(database))
        try Self.run("UPDATE \(name) SET record = ? WHERE ordinal = ?", [record, last], database)
      }
      count += rows.count
      if rows.count < page { return count }
    }
  }

  /// Puts the next key's file in its place, unless somebody else has done so or has changed the key again.
  private func finish(_ next: NextKey, _ check: String) throws {
    let key = Self.keyFile(path)
    try database.write { database in
      guard try Schema.setting("key_check", database) == check else { return }
      switch next {
      case .file:
        if try KeyFile.find(key, opening: check)?.isNext == true {
          try KeyFile.takeNext(of: key, keeping: false)
        }
      case .elsewhere: try KeyFile.remove(key)
      }
    }
  }

  /// Overwrites what the file still has of secrets that the key before opens.
  private func scrub() throws {
    do {
      try database.vacuum()
      try database.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
    } catch let error as DatabaseError {
      throw StoreError(
        .unusable, path: path,
        "\(path) has its new key, but may still have copies of secrets that the old one opens: "
          + (error.message ?? error.description),
        hint: "change the key again when nobody has the store open")
    }
  }
}

extension SealedTable {
  var nameInSQLite: String {
    switch self {
    case .stack: "stack"
    case .resource: "resource"
    case .operation: "operation"
    case .changeSet: "changeSet"
    case .snapshot: "snapshot"
    }
  }
}

extension StoreError {
  static func wrong(_ given: GivenKey, _ place: String) -> StoreError {
    StoreError(
      .wrongKey, path: place,
      "the key that \(given.source) prints isn't the one that \(place) was sealed with",
      hint: "have it print the right one, or leave \(given.source) out if the key is in a file")
  }
}
