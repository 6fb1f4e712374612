import Ambience
import Document
import GRDB
import OrderedCollections
package import StackEngine

extension SQLiteJournal {
  package func stacks(includingDeleted: Bool) throws -> [StackHead] {
    try read { database in
      try self.records(
        "SELECT record FROM stack WHERE ? OR status <> 'DELETE_COMPLETE' ORDER BY ordinal",
        [includingDeleted], database, coding.head)
    }
  }

  package func summaries(includingDeleted: Bool) throws -> [StackSummary] {
    try read { database in
      var summaries: [StackSummary] = []
      try self.each(
        "SELECT record FROM stack WHERE ? OR status <> 'DELETE_COMPLETE' ORDER BY ordinal",
        [includingDeleted], database
      ) { summaries.append(try coding.summary($0)) }
      return summaries
    }
  }

  package func head(named name: String) throws -> StackHead? {
    try read { database in
      try Self.id(ofStack: name, database).flatMap { try self.head(id: $0, database) }
    }
  }

  package func head(id: String) throws -> StackHead? {
    try read { try self.head(id: id, $0) }
  }

  private func head(id: String, _ database: Database) throws -> StackHead? {
    try records("SELECT record FROM stack WHERE id = ?", [id], database, coding.head).first
  }

  private static func id(ofStack name: String, _ database: Database) throws -> String? {
    try String.fetchOne(
      database,
      sql: """
        SELECT id FROM stack WHERE name = ? AND status <> 'DELETE_COMPLETE' ORDER BY ordinal DESC LIMIT 1
        """, arguments: [name])
  }

  package func stack(named name: String) throws -> StackRecord? {
    try read { database in
      try Self.id(ofStack: name, database).flatMap { try self.stack(id: $0, database) }
    }
  }

  package func stack(id: String) throws -> StackRecord? {
    try read { try self.stack(id: id, $0) }
  }

  private func stack(id: String, _ database: Database) throws -> StackRecord? {
    guard let head = try head(id: id, database) else { return nil }
    var stack = StackRecord(head: head)
    let count = try Int.fetchOne(
      database.cachedStatement(sql: "SELECT count(*) FROM resource WHERE stack = ?"), arguments: [id])
    stack.resources.reserveCapacity(count ?? 0)
    let pool = TextPool()
    try each("SELECT record FROM resource WHERE stack = ? ORDER BY ordinal", [id], database) { text in
      let record = try coding.resource(.json(text, sharing: pool))
      if record.isSuperseded {
        stack.superseded.append(record)
      } else {
        stack.resources[record.logicalID] = record
      }
    }
    return stack
  }

  package func resource(
    _ logicalID: String, ofStackNamed name: String
  ) throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try read { database in
      try Self.id(ofStack: name, database).flatMap { try resource(logicalID, ofStack: $0, database) }
    }
  }

  package func resource(
    _ logicalID: String, ofStack id: String
  ) throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try read { try resource(logicalID, ofStack: id, $0) }
  }

  private func resource(
    _ logicalID: String, ofStack id: String, _ database: Database
  ) throws -> (stack: StackHead, resource: ResourceRecord?)? {
    guard let head = try head(id: id, database) else { return nil }
    var found: ResourceRecord?
    try each(
      // What an older kiln writes, which still runs, is only in the record. With an OR the index wouldn't be used.
      """
      SELECT record FROM resource WHERE stack = ?1 AND logicalID = ?2
      UNION ALL
      SELECT record FROM resource
      WHERE stack = ?1 AND logicalID IS NULL AND json_extract(record, '$.logicalID') = ?2
      """, [id, logicalID], database
    ) { text in
      let record = try coding.resource(.json(text))
      if !record.isSuperseded { found = record }
    }
    return (head, found)
  }

  package func operation(_ id: String) throws -> OperationRecord? {
    try read { database in
      try self.records("SELECT record FROM operation WHERE id = ?", [id], database, coding.operation).first
    }
  }

  package func operations(of stack: String) throws -> [OperationRecord] {
    try read { database in
      try self.records(
        "SELECT record FROM operation WHERE stack = ? ORDER BY ordinal", [stack], database, coding.operation)
    }
  }

  package func operations(of stack: String, last count: Int) throws -> [OperationRecord] {
    try read { database in
      try self.records(
        "SELECT record FROM operation WHERE stack = ? ORDER BY ordinal DESC LIMIT ?", [stack, count],
        database,
        coding.operation
      ).reversed()
    }
  }

  package func unfinishedOperations() throws -> [OperationRecord] {
    try read { database in
      try self.records(
        "SELECT record FROM operation WHERE isUnfinished ORDER BY ordinal", [], database, coding.operation)
    }
  }

  package func events(of stack: String, since: Int, limit: Int) throws -> [Event] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM event WHERE stack = ? AND sequence > ? ORDER BY sequence LIMIT ?",
        arguments: [stack, since, limit]
      ).map { row in
        let causes: String? = row["causes"]
        return Event(
          sequence: row["sequence"], time: Timestamp(milliseconds: row["time"]),
          stack: StackIdentity(name: row["name"], id: stack), logicalID: row["logicalID"],
          physicalID: row["physicalID"], type: row["type"], status: row["status"], reason: row["reason"],
          operation: row["operation"], causes: try causes.map { try coding.causes(.json($0)) } ?? [])
      }
    }
  }

  package func steps(of scope: StepScope) throws -> [StepEntry] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT key, result FROM step WHERE operation = ? AND physicalName = ? AND verb = ? ORDER BY ordinal
          """, arguments: [scope.operation, scope.physicalName, scope.verb]
      ).map { row in
        let result: String? = row["result"]
        return StepEntry(key: row["key"], record: try result.map { .done(try .json($0)) } ?? .interrupted)
      }
    }
  }

  package func signals(to logicalID: String, of stack: String) throws -> [Signal] {
    try read { database in
      try Row.fetchAll(
        database, sql: "SELECT * FROM signal WHERE stack = ? AND logicalID = ? ORDER BY ordinal",
        arguments: [stack, logicalID]
      ).map { row in
        Signal(id: row["id"], isSuccess: row["isSuccess"], reason: row["reason"], data: row["data"])
      }
    }
  }

  package func changeSets(of owner: String?) throws -> [ChangeSetRecord] {
    try read { database in
      try self.records(
        "SELECT record FROM changeSet WHERE ? IS NULL OR owner = ? ORDER BY ordinal", [owner, owner],
        database,
        coding.changeSet)
    }
  }

  package func snapshots(of stack: String) throws -> [SnapshotRecord] {
    try read { database in
      try self.records(
        "SELECT record FROM snapshot WHERE stack = ? ORDER BY ordinal", [stack], database, coding.snapshot)
    }
  }

  package func pages(of book: String?) throws -> [Note] {
    try notes(
      "SELECT * FROM note WHERE line = 0 AND (? IS NULL OR book = ?) ORDER BY book, page", [book, book])
  }

  package func pages(_ names: [String], of book: String) throws -> [Note] {
    try read { database in
      let statement = try database.cachedStatement(
        sql: "SELECT * FROM note WHERE book = ? AND page = ? AND line = 0")
      return try names.compactMap { try Row.fetchOne(statement, arguments: [book, $0]).map(Self.note) }
    }
  }

  package func notes(on page: NotePage) throws -> [Note] {
    try notes("SELECT * FROM note WHERE book = ? AND page = ? ORDER BY line", [page.book, page.page])
  }

  private func notes(_ sql: String, _ arguments: StatementArguments) throws -> [Note] {
    try read { database in
      try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments).map(Self.note)
    }
  }

  private static func note(_ row: Row) throws -> Note {
    Note(
      book: row["book"], page: row["page"], line: row["line"], time: Timestamp(milliseconds: row["time"]),
      isSettled: row["isSettled"], record: try .json(row["record"] as String))
  }

  // MARK: - Parts

  private func records<Record>(
    _ sql: String, _ arguments: StatementArguments, _ database: Database,
    _ decode: (Value, TemplateTexts) throws -> Record
  ) throws -> [Record] {
    let texts = Self.texts(database)
    var records: [Record] = []
    try each(sql, arguments, database) { records.append(try decode(.json($0), texts)) }
    return records
  }

  /// Takes one row's text after the other: a stack's rows are much larger than the records that are made of them.
  private func each(
    _ sql: String, _ arguments: StatementArguments, _ database: Database, _ body: (String) throws -> Void
  ) throws {
    let texts = try String.fetchCursor(database.cachedStatement(sql: sql), arguments: arguments)
    while let text = try texts.next() { try body(text) }
  }

  func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
    do {
      return try database.read(body)
    } catch let error as DatabaseError {
      throw Self.explained(error, path)
    } catch {
      throw StoreError.unreadable(error, path) ?? error
    }
  }
}
