package import StackEngine

// A lease ends when its holder's connection does, or when its time is up: then the process is paused, or cut off.
extension PostgresJournal {
  package func claim(_ stacks: [String], by holder: String) async throws -> [Lease] {
    let values = [PostgresArray(stacks).parameter, holder, String(session), seconds]
    return try await writer.transaction { [self] connection in
      let rows = try connection.rows(
        """
        INSERT INTO lease AS held (stack, holder, session, expires)
        SELECT wanted, $2, $3::bigint, clock_timestamp() + $4::float8 * interval '1 second'
        FROM unnest($1::text[]) AS wanted ORDER BY wanted
        ON CONFLICT (stack) DO UPDATE SET
          token = excluded.token, holder = excluded.holder, session = excluded.session,
          expires = excluded.expires
        WHERE held.expires <= clock_timestamp()
          OR held.session <> excluded.session AND pg_try_advisory_xact_lock(held.session)
        RETURNING stack, token
        """, values)
      try seeKey(connection)
      let tokens = Dictionary(
        uniqueKeysWithValues: try rows.map { (try $0.text(0), try $0.integer(1)) })
      return stacks.compactMap { stack in tokens[stack].map { Lease(stack: stack, token: $0) } }
    }
  }

  package func renew(_ leases: [Lease]) async throws -> [Lease] {
    let values = [PostgresArray(leases.map { String($0.token) }).parameter, seconds]
    return try await writer.transaction { connection in
      let rows = try connection.rows(
        """
        UPDATE lease SET expires = clock_timestamp() + $2::float8 * interval '1 second'
        WHERE token IN (SELECT token FROM lease WHERE token = ANY($1::bigint[]) ORDER BY token FOR UPDATE)
        RETURNING token
        """, values)
      let held = Set(try rows.map { try $0.integer(0) })
      return leases.filter { !held.contains($0.token) }
    }
  }

  package func release(_ leases: [Lease]) async throws {
    let tokens = PostgresArray(leases.map { String($0.token) }).parameter
    try await writer.transaction { connection in
      _ = try connection.rows("DELETE FROM lease WHERE token = ANY($1::bigint[])", [tokens])
    }
  }

  private var seconds: String { String(Double((leaseTerm ?? .zero).milliseconds) / 1000) }
}
