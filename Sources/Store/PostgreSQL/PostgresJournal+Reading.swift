import Ambience
import Document
import OrderedCollections
package import StackEngine

extension PostgresJournal {
  package func stacks(includingDeleted: Bool) async throws -> [StackHead] {
    try await read { [coding] connection in
      try PostgresTemplates.records(
        "SELECT id AS stack, ordinal, record FROM stack WHERE $1::boolean OR status <> 'DELETE_COMPLETE'",
        [String(includingDeleted)], connection, coding.head)
    }
  }

  package func summaries(includingDeleted: Bool) async throws -> [StackSummary] {
    try await read { [coding] connection in
      try connection.rows(
        "SELECT record FROM stack WHERE $1::boolean OR status <> 'DELETE_COMPLETE' ORDER BY ordinal",
        [String(includingDeleted)]
      ).map { try coding.summary($0.text(0)) }
    }
  }

  package func head(named name: String) async throws -> StackHead? {
    try await head(Self.byName, name)
  }

  package func head(id: String) async throws -> StackHead? { try await head(Self.byID, id) }

  private static let byID = "SELECT id AS stack, ordinal, record FROM stack WHERE id = $1"
  private static let byName = """
    SELECT id AS stack, ordinal, record FROM stack WHERE name = $1 AND status <> 'DELETE_COMPLETE'
    ORDER BY ordinal DESC LIMIT 1
    """

  private func head(_ query: String, _ value: String) async throws -> StackHead? {
    try await read { [coding] connection in
      try PostgresTemplates.records(query, [value], connection, coding.head).first
    }
  }

  package func stack(named name: String) async throws -> StackRecord? { try await stack(Self.byName, name) }

  package func stack(id: String) async throws -> StackRecord? { try await stack(Self.byID, id) }

  private func stack(_ query: String, _ value: String) async throws -> StackRecord? {
    try await read { [coding] connection in
      let found = try PostgresTemplates.find(
        query, and: "SELECT ordinal, record FROM resource WHERE stack = (SELECT stack FROM found)", [value],
        connection)
      guard let head = found.rows.first else { return nil }
      var stack = StackRecord(head: try coding.head(.json(head.record), found.texts))
      let pool = TextPool()
      for row in found.rows.dropFirst() {
        let record = try coding.resource(.json(row.record, sharing: pool))
        if record.isSuperseded {
          stack.superseded.append(record)
        } else {
          stack.resources[record.logicalID] = record
        }
      }
      return stack
    }
  }

  package func resource(
    _ logicalID: String, ofStackNamed name: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try await resource(logicalID, Self.byName, name)
  }

  package func resource(
    _ logicalID: String, ofStack id: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try await resource(logicalID, Self.byID, id)
  }

  private func resource(
    _ logicalID: String, _ query: String, _ value: String
  ) async throws -> (stack: StackHead, resource: ResourceRecord?)? {
    try await read { [coding] connection in
      let found = try PostgresTemplates.find(
        query,
        and: """
          SELECT ordinal, record FROM resource
          WHERE stack = (SELECT stack FROM found)
            AND (logical_id = $2 OR logical_id IS NULL AND record::json ->> 'logicalID' = $2)
          """, [value, logicalID], connection)
      guard let head = found.rows.first else { return nil }
      let records = try found.rows.dropFirst().map { try coding.resource(.json($0.record)) }
      return (try coding.head(.json(head.record), found.texts), records.first { !$0.isSuperseded })
    }
  }

  package func operation(_ id: String) async throws -> OperationRecord? {
    try await operations("id = $1", [id]).first
  }

  package func operations(of stack: String) async throws -> [OperationRecord] {
    try await operations("stack = $1", [stack])
  }

  package func operations(of stack: String, last count: Int) async throws -> [OperationRecord] {
    try await operations("stack = $1 ORDER BY ordinal DESC LIMIT $2", [stack, String(count)])
  }

  package func unfinishedOperations() async throws -> [OperationRecord] {
    try await operations("is_unfinished", [])
  }

  private func operations(_ condition: String, _ values: [String]) async throws -> [OperationRecord] {
    try await read { [coding] connection in
      try PostgresTemplates.records(
        "SELECT stack, ordinal, record FROM operation WHERE \(condition)", values, connection,
        coding.operation)
    }
  }

  package func events(of stack: String, since: Int, limit: Int) async throws -> [Event] {
    try await read { [coding] connection in
      try connection.rows(
        """
        SELECT sequence, time, name, logical_id, physical_id, type, status, reason, operation, causes FROM event
        WHERE stack = $1 AND sequence > $2::bigint ORDER BY sequence LIMIT $3::bigint
        """, [stack, String(since), String(max(0, limit))]
      ).map { row in
        Event(
          sequence: Int(try row.integer(0)), time: Timestamp(milliseconds: try row.integer(1)),
          stack: StackIdentity(name: try row.text(2), id: stack), logicalID: row[3], physicalID: row[4],
          type: try row.text(5), status: try row.text(6), reason: try row.text(7), operation: row[8],
          causes: try row[9].map { try coding.causes(.json($0)) } ?? [])
      }
    }
  }

  package func changeSets(of owner: String?) async throws -> [ChangeSetRecord] {
    try await read { [coding] connection in
      try PostgresTemplates.records(
        "SELECT stack, ordinal, record FROM change_set WHERE $1::text IS NULL OR owner = $1", [owner],
        connection, coding.changeSet)
    }
  }

  package func snapshots(of stack: String) async throws -> [SnapshotRecord] {
    try await read { [coding] connection in
      try PostgresTemplates.records(
        "SELECT stack, ordinal, record FROM snapshot WHERE stack = $1", [stack], connection, coding.snapshot)
    }
  }

  package func pages(of book: String?) async throws -> [Note] {
    try await notes(
      "line = 0 AND ($1::text IS NULL OR book = $1) ORDER BY book COLLATE \"C\", page COLLATE \"C\"", [book])
  }

  package func pages(_ names: [String], of book: String) async throws -> [Note] {
    try await notes(
      "line = 0 AND book = $1 AND page = ANY($2::text[])", [book, PostgresArray(names).parameter])
  }

  package func notes(on page: NotePage) async throws -> [Note] {
    try await notes("book = $1 AND page = $2 ORDER BY line", [page.book, page.page])
  }

  private func notes(_ condition: String, _ values: [String?]) async throws -> [Note] {
    try await read { connection in
      try connection.rows(
        "SELECT book, page, line, time, is_settled, record FROM note WHERE \(condition)", values
      ).map { row in
        Note(
          book: try row.text(0), page: try row.text(1), line: Int(try row.integer(2)),
          time: Timestamp(milliseconds: try row.integer(3)), isSettled: try row.bool(4),
          record: try .json(row.text(5)))
      }
    }
  }

  package func steps(of scope: StepScope) async throws -> [StepEntry] {
    try await read { connection in
      try connection.rows(
        """
        SELECT key, result FROM step WHERE operation = $1 AND physical_name = $2 AND verb = $3 ORDER BY ordinal
        """, [scope.operation, scope.physicalName, scope.verb]
      ).map { row in
        StepEntry(key: try row.text(0), record: try row[1].map { .done(try .json($0)) } ?? .interrupted)
      }
    }
  }

  package func signals(to logicalID: String, of stack: String) async throws -> [Signal] {
    try await read { connection in
      try connection.rows(
        """
        SELECT id, is_success, reason, data FROM signal WHERE stack = $1 AND logical_id = $2 ORDER BY ordinal
        """, [stack, logicalID]
      ).map { row in
        Signal(
          id: try row.text(0), isSuccess: try row.bool(1), reason: try row.text(2), data: try row.text(3))
      }
    }
  }
}
