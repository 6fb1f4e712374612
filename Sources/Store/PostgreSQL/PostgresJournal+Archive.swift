import Ambience
import Document
package import Secrets
package import StackEngine

extension PostgresJournal: StoredJournal {
  package nonisolated var place: String { address.shown }
  package nonisolated var seal: Seal { coding.seal }

  package func stepEntries(of operation: String) async throws -> [JournalEntry] {
    try await read { connection in
      try connection.rows(
        "SELECT physical_name, verb, key, result FROM step WHERE operation = $1 ORDER BY ordinal", [operation]
      ).map { row in
        let scope = StepScope(operation: operation, physicalName: try row.text(0), verb: try row.text(1))
        guard let result = row[3] else { return .stepBegan(scope, key: try row.text(2)) }
        return .stepEnded(scope, StepEntry(key: try row.text(2), record: .done(try .json(result))))
      }
    }
  }

  package func signalEntries(of stack: String) async throws -> [JournalEntry] {
    try await read { connection in
      try connection.rows(
        """
        SELECT id, is_success, reason, data, logical_id, time FROM signal WHERE stack = $1 ORDER BY ordinal
        """, [stack]
      ).map { row in
        .signal(
          Signal(
            id: try row.text(0), isSuccess: try row.bool(1), reason: try row.text(2), data: try row.text(3)),
          logicalID: try row.text(4), stack: stack, time: Timestamp(milliseconds: try row.integer(5)))
      }
    }
  }

  package func restore(_ entries: [JournalEntry]) async throws {
    try await writer.transaction { [self] connection in
      try PostgresWriting.restore(entries, coding, connection)
      try seeKey(connection)
    }
  }

  package func forget(_ waste: StoreWaste) async throws {
    let stacks = PostgresArray(waste.stacks).parameter
    let operations = PostgresArray(waste.operations).parameter
    let changeSets = PostgresArray(waste.changeSets).parameter
    var pages = PostgresColumns(2)
    for page in waste.pages { pages.append([page.book, page.page]) }
    var ends = PostgresColumns(2)
    for (id, last) in waste.events { ends.append([id, String(last)]) }
    try await writer.transaction { [pages, ends] connection in
      try connection.rows(
        """
        DELETE FROM step WHERE operation = ANY($2::text[])
          OR operation IN (SELECT id FROM operation WHERE stack = ANY($1::text[]))
        """, [stacks, operations])
      try connection.rows(
        "DELETE FROM operation WHERE id = ANY($2::text[]) OR stack = ANY($1::text[])", [stacks, operations])
      for table in [
        "event", "event_count", "signal", "resource", "lease", "change_set", "snapshot", "template",
      ] {
        try connection.rows("DELETE FROM \(table) WHERE stack = ANY($1::text[])", [stacks])
      }
      try connection.rows("DELETE FROM stack WHERE id = ANY($1::text[])", [stacks])
      try connection.rows("DELETE FROM change_set WHERE id = ANY($1::text[])", [changeSets])
      if !pages.isEmpty {
        try connection.rows(
          """
          DELETE FROM note USING unnest($1::text[], $2::text[]) AS gone(book, page)
          WHERE note.book = gone.book AND note.page = gone.page
          """, pages.parameters)
      }
      if ends.isEmpty { return }
      try connection.rows(
        """
        DELETE FROM event USING unnest($1::text[], $2::bigint[]) AS gone(stack, last)
        WHERE event.stack = gone.stack AND sequence <= gone.last
        """, ends.parameters)
    }
    // They are looked for while others write, and looked at again when none can.
    let unnamed = try await writer.transaction { try PostgresTemplates.unnamed($0) }
    for start in stride(from: 0, to: unnamed.count, by: SealedTable.page) {
      let page = Array(unnamed[start...].prefix(SealedTable.page))
      try await writer.transaction { try PostgresTemplates.drop(page, $0) }
    }
  }

  package func size() async throws -> StoreSize {
    try await read { connection in
      let row = try connection.rows(
        """
        SELECT (SELECT value FROM setting WHERE name = 'schema'),
          (SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
            WHERE relnamespace = 'kiln'::regnamespace AND relkind = 'r'),
          (SELECT count(*) FROM event), (SELECT count(*) FROM step),
          (SELECT count(*) FROM lease WHERE expires > clock_timestamp())
        """)[0]
      return StoreSize(
        schema: try row.text(0), bytes: Int(try row.integer(1)), events: Int(try row.integer(2)),
        steps: Int(try row.integer(3)), leases: Int(try row.integer(4)))
    }
  }
}
