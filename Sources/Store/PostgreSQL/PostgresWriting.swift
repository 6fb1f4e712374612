import Ambience
import Document
import OrderedCollections
import StackEngine

/// The rows that a transaction writes: one statement for each table, whatever the number of entries.
///
/// A row that is written more than once is written as it is last.
struct PostgresWriting {
  private struct Step {
    let scope: StepScope
    let key: String
    var result: String?
  }

  private var heads: OrderedDictionary<String, StackHead> = [:]
  private var removals: OrderedSet<[String]> = []
  private var resources: OrderedDictionary<[String], ResourceRecord> = [:]
  private var operations: OrderedDictionary<String, OperationRecord> = [:]
  private var steps: OrderedDictionary<[String], Step> = [:]
  private var signals: OrderedDictionary<[String], [String]> = [:]
  private var changeSets: OrderedDictionary<String, ChangeSetRecord> = [:]
  private var changeSetRemovals: OrderedSet<String> = []
  private var snapshots: OrderedDictionary<String, SnapshotRecord> = [:]
  private var snapshotRemovals: OrderedSet<String> = []
  private var notes: OrderedDictionary<[String], Note> = [:]
  private var pageRemovals: OrderedSet<[String]> = []
  private var events: [Event] = []

  /// Writes batches in the transaction of a connection, but those whose lease is lost.
  ///
  /// - Returns: Each batch's events, numbered, or `LeaseLost`.
  static func insert(
    _ batches: [PostgresBatch], _ coding: RecordCoding, _ connection: PostgresConnection
  ) throws -> [Result<[Event], any Error>] {
    let lost = try lost(batches.compactMap(\.lease), connection)
    var rows = PostgresWriting()
    for batch in batches where !lost.contains(batch.lease) {
      for entry in batch.entries { rows.add(entry) }
    }
    let numbered = try rows.write(coding, connection)
    var next = numbered.makeIterator()
    return batches.map { batch in
      if let lease = batch.lease, lost.contains(lease) { return .failure(LeaseLost(lease)) }
      return .success(
        batch.entries.compactMap { entry in if case .event = entry { next.next() } else { nil } })
    }
  }

  /// Writes what another store has had; events with the numbers that they have.
  static func restore(
    _ entries: [JournalEntry], _ coding: RecordCoding, _ connection: PostgresConnection
  ) throws {
    var rows = PostgresWriting()
    for entry in entries { rows.add(entry) }
    let events = rows.events
    rows.events = []
    _ = try rows.write(coding, connection)
    try rows.write(events, coding, connection)
    try connection.rows(
      """
      INSERT INTO event_count SELECT stack, max(sequence) FROM event GROUP BY stack
      ON CONFLICT (stack) DO UPDATE SET last = excluded.last
      """)
  }

  /// Those of leases that have been taken over or released; the others can't be until the transaction has ended.
  private static func lost(_ leases: [Lease], _ connection: PostgresConnection) throws -> Set<Lease?> {
    if leases.isEmpty { return [] }
    let tokens = PostgresArray(Set(leases).map { String($0.token) }).parameter
    let rows = try connection.rows(
      "SELECT token FROM lease WHERE token = ANY($1::bigint[]) ORDER BY token FOR SHARE", [tokens])
    let held = Set(try rows.map { try $0.integer(0) })
    return Set(leases.filter { !held.contains($0.token) })
  }

  // MARK: - Collecting

  private mutating func add(_ entry: JournalEntry) {
    switch entry {
    case .stack(let head): heads[head.identity.id] = head
    case .resource(let record, let stack): resources[[stack, record.physicalName]] = record
    case .removal(let name, let stack):
      resources[[stack, name]] = nil
      removals.append([stack, name])
    case .operation(let record): operations[record.id] = record
    case .changeSet(let record): changeSets[record.id] = record
    case .changeSetRemoval(let id):
      changeSets[id] = nil
      changeSetRemovals.append(id)
    case .snapshot(let record): snapshots[record.id] = record
    case .snapshotRemoval(let id):
      snapshots[id] = nil
      snapshotRemovals.append(id)
    case .note(let note): notes[[note.book, note.page, String(note.line)]] = note
    case .pageRemoval(let page):
      notes.removeAll { $0.value.book == page.book && $0.value.page == page.page }
      pageRemovals.append([page.book, page.page])
    case .event(let event): events.append(event)
    case .stepBegan(let scope, let key): add(scope, key, nil)
    case .stepEnded(let scope, let entry):
      if case .done(let result) = entry.record { add(scope, entry.key, result.jsonText()) }
    case .signal(let signal, let logicalID, let stack, let time):
      signals[[stack, logicalID, signal.id]] = [
        String(signal.isSuccess), signal.reason, signal.data, String(time.milliseconds),
      ]
    }
  }

  private mutating func add(_ scope: StepScope, _ key: String, _ result: String?) {
    let place = [scope.operation, scope.physicalName, scope.verb, key]
    steps[place, default: Step(scope: scope, key: key)].result = result ?? steps[place]?.result
  }

  // MARK: - Writing

  private func write(_ coding: RecordCoding, _ connection: PostgresConnection) throws -> [Event] {
    var texts: PostgresTemplates.Texts = [:]
    try run(
      """
      DELETE FROM resource USING unnest($1::text[], $2::text[]) AS gone(stack, name)
      WHERE resource.stack = gone.stack AND physical_name = gone.name
      """, removals.map { $0 }, 2, connection)
    try run(
      """
      INSERT INTO stack(id, name, status, record)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      ON CONFLICT (id) DO UPDATE
      SET name = excluded.name, status = excluded.status, record = excluded.record
      """,
      heads.map { id, head in
        let record = try coding.encode(head) { texts[[$0, $1]] = $2 }
        return [id, head.identity.name, head.status.rawValue, record.jsonText()]
      }, 4, connection)
    try run(
      """
      INSERT INTO resource(stack, physical_name, logical_id, record)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])
      ON CONFLICT (stack, physical_name) DO UPDATE
      SET logical_id = excluded.logical_id, record = excluded.record
      """, resources.map { $0 + [$1.logicalID, try coding.encode($1).jsonText()] }, 4, connection)
    try run(
      "DELETE FROM change_set USING unnest($1::text[]) AS gone(id) WHERE change_set.id = gone.id",
      changeSetRemovals.map { [$0] }, 1, connection)
    try run(
      """
      INSERT INTO change_set(id, owner, name, stack, record)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      ON CONFLICT DO NOTHING
      """,
      changeSets.map { id, change in
        let record = try coding.encode(change) { texts[[$0, $1]] = $2 }
        return [id, change.owner, change.name, change.stack.id, record.jsonText()]
      }, 5, connection)
    try run(
      "DELETE FROM snapshot USING unnest($1::text[]) AS gone(id) WHERE snapshot.id = gone.id",
      snapshotRemovals.map { [$0] }, 1, connection)
    try run(
      """
      INSERT INTO snapshot(id, stack, record) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
      ON CONFLICT (id) DO UPDATE SET record = excluded.record
      """,
      snapshots.map { id, snapshot in
        let record = try coding.encode(snapshot) { texts[[$0, $1]] = $2 }
        return [id, snapshot.stack.id, record.jsonText()]
      }, 3, connection)
    try run(
      """
      INSERT INTO operation(id, stack, is_unfinished, record)
      SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::text[])
      ON CONFLICT (id) DO UPDATE SET is_unfinished = excluded.is_unfinished, record = excluded.record
      """,
      operations.map { id, operation in
        let record = try coding.encode(operation) { texts[[$0, $1]] = $2 }
        return [id, operation.stack.id, String(operation.isUnfinished), record.jsonText()]
      }, 4, connection)
    try PostgresTemplates.keep(texts, connection)
    try run(
      """
      INSERT INTO step(operation, physical_name, verb, key, result)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
      ON CONFLICT (operation, physical_name, verb, key)
      DO UPDATE SET result = coalesce(excluded.result, step.result)
      """, steps.map { $0 + [$1.result] }, 5, connection)
    try run(
      """
      INSERT INTO signal(stack, logical_id, id, is_success, reason, data, time)
      SELECT * FROM unnest(
        $1::text[], $2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::bigint[])
      ON CONFLICT (stack, logical_id, id) DO UPDATE SET
        is_success = excluded.is_success, reason = excluded.reason, data = excluded.data, time = excluded.time
      """, signals.map { $0 + $1 }, 7, connection)
    try writeNotes(connection)
    let numbered = try number(connection)
    try write(numbered, coding, connection)
    try tell(connection)
    return numbered
  }

  private func write(
    _ numbered: [Event], _ coding: RecordCoding, _ connection: PostgresConnection
  ) throws {
    try run(
      """
      INSERT INTO event(stack, sequence, time, name, logical_id, physical_id, type, status, reason, operation, causes)
      SELECT * FROM unnest(
        $1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
        $9::text[], $10::text[], $11::text[])
      """, numbered.map { row($0, coding) }, 11, connection)
  }

  private func writeNotes(_ connection: PostgresConnection) throws {
    try run(
      """
      DELETE FROM note USING unnest($1::text[], $2::text[]) AS gone(book, page)
      WHERE note.book = gone.book AND note.page = gone.page
      """, pageRemovals.map { $0 }, 2, connection)
    try run(
      """
      INSERT INTO note(book, page, line, time, is_settled, record)
      SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::text[])
      ON CONFLICT (book, page, line) DO UPDATE
      SET time = excluded.time, is_settled = excluded.is_settled, record = excluded.record
      """,
      notes.map { $0 + [String($1.time.milliseconds), String($1.isSettled), $1.record.jsonText()] }, 6,
      connection)
  }

  private func row(_ event: Event, _ coding: RecordCoding) -> [String?] {
    [
      event.stack.id, String(event.sequence), String(event.time.milliseconds), event.stack.name,
      event.logicalID, event.physicalID, event.type, event.status, event.reason, event.operation,
      event.causes.isEmpty ? nil : coding.encode(event.causes).jsonText(),
    ]
  }

  /// Gives the events the next numbers of their stacks; others wait for them until the transaction has ended.
  private func number(_ connection: PostgresConnection) throws -> [Event] {
    let counts = Dictionary(events.map { ($0.stack.id, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
    if counts.isEmpty { return [] }
    let rows = try connection.rows(
      """
      INSERT INTO event_count AS known (stack, last) SELECT * FROM unnest($1::text[], $2::bigint[])
      ON CONFLICT (stack) DO UPDATE SET last = known.last + excluded.last RETURNING stack, last
      """,
      [
        PostgresArray(counts.map(\.key)).parameter, PostgresArray(counts.map { String($0.value) }).parameter,
      ])
    var next: [String: Int] = [:]
    let added = Dictionary(uniqueKeysWithValues: counts.map { ($0.key, $0.value) })
    for row in rows {
      let stack = try row.text(0)
      next[stack] = Int(try row.integer(1)) - (added[stack] ?? 0)
    }
    return events.map { event in
      next[event.stack.id, default: 0] += 1
      return event.numbered(next[event.stack.id] ?? 1)
    }
  }

  /// Tells other processes which stacks have news, once the transaction is committed.
  private func tell(_ connection: PostgresConnection) throws {
    let stacks = Set(events.map(\.stack.id) + signals.keys.map { $0[0] })
    if stacks.isEmpty { return }
    try connection.rows(
      "SELECT pg_notify('kiln', stack) FROM unnest($1::text[]) AS stack", [PostgresArray(stacks).parameter])
  }

  private func run(
    _ statement: String, _ rows: [[String?]], _ count: Int, _ connection: PostgresConnection
  ) throws {
    if rows.isEmpty { return }
    var columns = PostgresColumns(count)
    for row in rows { columns.append(row) }
    try connection.rows(statement, columns.parameters)
  }
}
