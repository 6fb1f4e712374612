/// The tables of a PostgreSQL store, which are in a schema of their own, and how older ones become them.
enum PostgresSchema {
  /// What each step adds; a database has a number of them.
  private static let steps = [
    """
    CREATE TABLE stack(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, name text NOT NULL,
      status text NOT NULL, record text NOT NULL);
    CREATE UNIQUE INDEX stack_by_name ON stack(name) WHERE status <> 'DELETE_COMPLETE';
    CREATE TABLE resource(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, stack text NOT NULL, physical_name text NOT NULL,
      record text NOT NULL, PRIMARY KEY(stack, physical_name));
    CREATE TABLE operation(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, stack text NOT NULL,
      is_unfinished boolean NOT NULL, record text NOT NULL);
    CREATE INDEX operation_by_stack ON operation(stack);
    CREATE INDEX operation_unfinished ON operation(ordinal) WHERE is_unfinished;
    CREATE TABLE event(
      stack text NOT NULL, sequence bigint NOT NULL, time bigint NOT NULL, name text NOT NULL,
      logical_id text, physical_id text, type text NOT NULL, status text NOT NULL, reason text NOT NULL,
      PRIMARY KEY(stack, sequence));
    CREATE TABLE event_count(stack text PRIMARY KEY, last bigint NOT NULL);
    CREATE TABLE step(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, operation text NOT NULL, physical_name text NOT NULL,
      verb text NOT NULL, key text NOT NULL, result text,
      PRIMARY KEY(operation, physical_name, verb, key));
    CREATE TABLE signal(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, stack text NOT NULL, logical_id text NOT NULL,
      id text NOT NULL, is_success boolean NOT NULL, reason text NOT NULL, data text NOT NULL,
      time bigint NOT NULL, PRIMARY KEY(stack, logical_id, id));
    CREATE SEQUENCE lease_token;
    CREATE TABLE lease(
      stack text PRIMARY KEY, token bigint NOT NULL UNIQUE DEFAULT nextval('lease_token'),
      holder text NOT NULL, session bigint NOT NULL, expires timestamptz NOT NULL);
    """,
    "ALTER TABLE event ADD COLUMN operation text, ADD COLUMN causes text;",
    """
    CREATE TABLE change_set(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, owner text NOT NULL,
      name text NOT NULL, stack text NOT NULL, record text NOT NULL, UNIQUE(owner, name));
    """,
    """
    CREATE TABLE snapshot(
      ordinal bigint GENERATED ALWAYS AS IDENTITY, id text PRIMARY KEY, stack text NOT NULL,
      record text NOT NULL);
    CREATE INDEX snapshot_by_stack ON snapshot(stack);
    """,
    """
    CREATE TABLE note(
      book text NOT NULL, page text NOT NULL, line bigint NOT NULL, time bigint NOT NULL,
      is_settled boolean NOT NULL, record text NOT NULL, PRIMARY KEY(book, page, line));
    """,
    """
    CREATE TABLE template(
      stack text NOT NULL, digest text NOT NULL, text text NOT NULL, PRIMARY KEY(stack, digest));
    """,
    """
    ALTER TABLE resource ADD COLUMN IF NOT EXISTS logical_id text;
    UPDATE resource SET logical_id = record::json ->> 'logicalID';
    CREATE INDEX IF NOT EXISTS resource_by_logical_id ON resource(stack, logical_id);
    """,
  ]

  /// What every connection is told first.
  static let greeting = """
    SET search_path = kiln;
    SET statement_timeout = '60s';
    SET lock_timeout = '30s';
    SET idle_in_transaction_session_timeout = '5s';
    SET synchronous_commit = on;
    """

  /// Makes the tables, or brings them up to date, unless another process has done so.
  ///
  /// - Returns: Whether nothing had been in them.
  static func migrate(_ connection: PostgresConnection, _ address: PostgresAddress) throws {
    // Two processes at once would both make the tables.
    try lock(connection)
    let isThere = try connection.rows("SELECT to_regclass('kiln.setting') IS NOT NULL")[0].bool(0)
    if !isThere {
      try connection.run("CREATE SCHEMA IF NOT EXISTS kiln")
      try connection.run("CREATE TABLE setting(name text PRIMARY KEY, value text NOT NULL)")
    }
    let version = try setting("schema", connection).flatMap { Int($0) } ?? 0
    if version > steps.count {
      throw StoreError(
        .tooNew, path: address.shown, "a newer kiln has written \(address.shown)", hint: "use that one")
    }
    guard version < steps.count else { return }
    for step in steps[version...] { try connection.run(step) }
    try set("schema", String(steps.count), connection)
  }

  /// Keeps others from opening the store, until the transaction's end.
  static func lock(_ connection: PostgresConnection) throws {
    try connection.rows("SELECT pg_advisory_xact_lock(1802071150, 1)")
  }

  static func setting(_ name: String, _ connection: PostgresConnection) throws -> String? {
    try connection.rows("SELECT value FROM setting WHERE name = $1", [name]).first?[0]
  }

  static func set(_ name: String, _ value: String, _ connection: PostgresConnection) throws {
    try connection.rows(
      "INSERT INTO setting VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
      [name, value])
  }
}
