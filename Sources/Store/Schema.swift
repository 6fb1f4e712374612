import GRDB

/// The store's tables, and how older ones become them.
enum Schema {
  static func migrate(_ database: DatabasePool) throws {
    try migrator.migrate(database)
  }

  /// Whether a newer kiln has changed the tables.
  static func isTooNew(_ database: DatabasePool) throws -> Bool {
    try database.read { try migrator.hasBeenSuperseded($0) }
  }

  static func setting(_ name: String, _ database: Database) throws -> String? {
    try String.fetchOne(
      database.cachedStatement(sql: "SELECT value FROM setting WHERE name = ?"), arguments: [name])
  }

  static func set(_ name: String, _ value: String, _ database: Database) throws {
    try database.execute(
      sql: "INSERT INTO setting VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
      arguments: [name, value])
  }

  private static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1") { database in
      try database.execute(
        sql: """
          CREATE TABLE stack(
            ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
            status TEXT NOT NULL, record TEXT NOT NULL);
          CREATE UNIQUE INDEX stackByName ON stack(name) WHERE status <> 'DELETE_COMPLETE';
          CREATE TABLE resource(
            ordinal INTEGER PRIMARY KEY, stack TEXT NOT NULL, physicalName TEXT NOT NULL,
            record TEXT NOT NULL, UNIQUE(stack, physicalName));
          CREATE TABLE operation(
            ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stack TEXT NOT NULL,
            isUnfinished INTEGER NOT NULL, record TEXT NOT NULL);
          CREATE INDEX operationByStack ON operation(stack);
          CREATE INDEX operationUnfinished ON operation(ordinal) WHERE isUnfinished;
          CREATE TABLE event(
            stack TEXT NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, name TEXT NOT NULL,
            logicalID TEXT, physicalID TEXT, type TEXT NOT NULL, status TEXT NOT NULL,
            reason TEXT NOT NULL, PRIMARY KEY(stack, sequence)) WITHOUT ROWID;
          CREATE TABLE step(
            ordinal INTEGER PRIMARY KEY, operation TEXT NOT NULL, physicalName TEXT NOT NULL,
            verb TEXT NOT NULL, key TEXT NOT NULL, result TEXT,
            UNIQUE(operation, physicalName, verb, key));
          CREATE TABLE signal(
            ordinal INTEGER PRIMARY KEY, stack TEXT NOT NULL, logicalID TEXT NOT NULL, id TEXT NOT NULL,
            isSuccess INTEGER NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL, time INTEGER NOT NULL,
            UNIQUE(stack, logicalID, id));
          CREATE TABLE claim(
            stack TEXT PRIMARY KEY, holder TEXT NOT NULL, process INTEGER NOT NULL,
            start INTEGER NOT NULL) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("2 leases") { database in
      // A claim held as long as its process lived; so does the lease that it becomes.
      try database.execute(
        sql: """
          CREATE TABLE lease(
            token INTEGER PRIMARY KEY AUTOINCREMENT, stack TEXT NOT NULL UNIQUE, holder TEXT NOT NULL,
            process INTEGER NOT NULL, start INTEGER NOT NULL, expires INTEGER NOT NULL);
          INSERT INTO lease(stack, holder, process, start, expires)
            SELECT stack, holder, process, start, 9223372036854775807 FROM claim;
          DROP TABLE claim;
          """)
    }
    migrator.registerMigration("events tell their operation and their causes") { database in
      try database.execute(
        sql: "ALTER TABLE event ADD COLUMN operation TEXT; ALTER TABLE event ADD COLUMN causes TEXT;")
    }
    migrator.registerMigration("change sets") { database in
      try database.execute(
        sql: """
          CREATE TABLE changeSet(
            ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, owner TEXT NOT NULL, name TEXT NOT NULL,
            stack TEXT NOT NULL, record TEXT NOT NULL, UNIQUE(owner, name));
          """)
    }
    migrator.registerMigration("snapshots") { database in
      try database.execute(
        sql: """
          CREATE TABLE snapshot(
            ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stack TEXT NOT NULL, record TEXT NOT NULL);
          CREATE INDEX snapshotByStack ON snapshot(stack);
          """)
    }
    migrator.registerMigration("the key's check") { database in
      try database.execute(
        sql: "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;")
    }
    migrator.registerMigration("notes") { database in
      try database.execute(
        sql: """
          CREATE TABLE note(
            book TEXT NOT NULL, page TEXT NOT NULL, line INTEGER NOT NULL, time INTEGER NOT NULL,
            isSettled INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY(book, page, line)) WITHOUT ROWID;
          """)
    }
    migrator.registerMigration("templates") { database in
      // With rowids: a row may have megabytes, and is looked for by the index alone.
      try database.execute(
        sql: """
          CREATE TABLE template(
            stack TEXT NOT NULL, digest TEXT NOT NULL, text TEXT NOT NULL, PRIMARY KEY(stack, digest));
          """)
    }
    migrator.registerMigration("resources by their logical IDs") { database in
      try database.execute(
        sql: """
          ALTER TABLE resource ADD COLUMN logicalID TEXT;
          UPDATE resource SET logicalID =
            CASE WHEN json_valid(record) THEN json_extract(record, '$.logicalID') END;
          CREATE INDEX resourceByLogicalID ON resource(stack, logicalID);
          """)
    }
    return migrator
  }
}
