import Ambience
import Document
import GRDB
import StackEngine

extension SQLiteJournal {
  /// Inserts batches of entries.
  ///
  /// - Returns: Each batch's events, numbered.
  static func insert(
    _ batches: [[JournalEntry]], _ coding: RecordCoding, _ database: Database
  ) throws -> [[Event]] {
    var last: [String: Int] = [:]
    return try batches.map { entries in
      var events: [Event] = []
      for entry in entries {
        if case .event(let event) = entry {
          events.append(try insert(event, &last, coding, database))
        } else {
          try insert(entry, coding, database)
        }
      }
      return events
    }
  }

  private static func insert(_ entry: JournalEntry, _ coding: RecordCoding, _ database: Database) throws {
    switch entry {
    case .stack(let head): try insert(head, coding, database)
    case .resource(let record, let stack):
      try run(
        """
        INSERT INTO resource(stack, physicalName, logicalID, record) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET record = excluded.record
        """, [stack, record.physicalName, record.logicalID, try coding.encode(record).jsonText()], database)
      // Only what was renamed changes its index, too.
      try run(
        "UPDATE resource SET logicalID = ?3 WHERE stack = ?1 AND physicalName = ?2 AND logicalID IS NOT ?3",
        [stack, record.physicalName, record.logicalID], database)
    case .removal(let name, let stack):
      try run("DELETE FROM resource WHERE stack = ? AND physicalName = ?", [stack, name], database)
    case .operation(let record):
      try run(
        """
        INSERT INTO operation(id, stack, isUnfinished, record) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET isUnfinished = excluded.isUnfinished, record = excluded.record
        """,
        [
          record.id, record.stack.id, record.isUnfinished,
          try coding.encode(record, keeper(database)).jsonText(),
        ], database)
    case .stepBegan(let scope, let key):
      try run(
        "INSERT OR IGNORE INTO step(operation, physicalName, verb, key) VALUES (?, ?, ?, ?)",
        [scope.operation, scope.physicalName, scope.verb, key], database)
    case .stepEnded(let scope, let entry):
      guard case .done(let result) = entry.record else { return }
      try run(
        """
        INSERT INTO step(operation, physicalName, verb, key, result) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET result = excluded.result
        """, [scope.operation, scope.physicalName, scope.verb, entry.key, result.jsonText()], database)
    case .signal(let signal, let logicalID, let stack, let time):
      try run(
        """
        INSERT INTO signal(stack, logicalID, id, isSuccess, reason, data, time) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET isSuccess = excluded.isSuccess, reason = excluded.reason,
          data = excluded.data, time = excluded.time
        """,
        [
          stack, logicalID, signal.id, signal.isSuccess, signal.reason, signal.data, time.milliseconds,
        ], database)
    case .changeSet(let record):
      try run(
        "INSERT OR IGNORE INTO changeSet(id, owner, name, stack, record) VALUES (?, ?, ?, ?, ?)",
        [
          record.id, record.owner, record.name, record.stack.id,
          try coding.encode(record, keeper(database)).jsonText(),
        ], database)
    case .changeSetRemoval(let id): try run("DELETE FROM changeSet WHERE id = ?", [id], database)
    case .snapshot(let record):
      try run(
        """
        INSERT INTO snapshot(id, stack, record) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET record = excluded.record
        """,
        [
          record.id, record.stack.id,
          try coding.encode(record, keeper(database)).jsonText(),
        ], database)
    case .snapshotRemoval(let id): try run("DELETE FROM snapshot WHERE id = ?", [id], database)
    case .note(let note):
      try run(
        """
        INSERT INTO note(book, page, line, time, isSettled, record) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE
        SET time = excluded.time, isSettled = excluded.isSettled, record = excluded.record
        """,
        [
          note.book, note.page, note.line, note.time.milliseconds, note.isSettled, note.record.jsonText(),
        ], database)
    case .pageRemoval(let page):
      try run("DELETE FROM note WHERE book = ? AND page = ?", [page.book, page.page], database)
    case .event: break
    }
  }

  private static func insert(_ head: StackHead, _ coding: RecordCoding, _ database: Database) throws {
    try run(
      """
      INSERT INTO stack(id, name, status, record) VALUES (?, ?, ?, ?)
      ON CONFLICT(id) DO UPDATE
      SET name = excluded.name, status = excluded.status, record = excluded.record
      """,
      [
        head.identity.id, head.identity.name, head.status.rawValue,
        try coding.encode(head, keeper(database)).jsonText(),
      ], database)
  }

  private static func insert(
    _ event: Event, _ last: inout [String: Int], _ coding: RecordCoding, _ database: Database
  ) throws -> Event {
    let stack = event.stack.id
    let known =
      try last[stack]
      ?? Int.fetchOne(
        database, sql: "SELECT max(sequence) FROM event WHERE stack = ?", arguments: [stack])
    let numbered = event.numbered((known ?? 0) + 1)
    last[stack] = numbered.sequence
    try keep(numbered, coding, database)
    return numbered
  }

  /// Keeps an event under the number that it has.
  static func keep(_ event: Event, _ coding: RecordCoding, _ database: Database) throws {
    try run(
      """
      INSERT INTO event(
        stack, sequence, time, name, logicalID, physicalID, type, status, reason, operation, causes)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        event.stack.id, event.sequence, event.time.milliseconds, event.stack.name, event.logicalID,
        event.physicalID, event.type, event.status, event.reason, event.operation,
        event.causes.isEmpty ? nil : coding.encode(event.causes).jsonText(),
      ], database)
  }

  static func run(_ sql: String, _ arguments: StatementArguments, _ database: Database) throws {
    let statement = try database.cachedStatement(sql: sql)
    try statement.execute(arguments: arguments)
  }
}
