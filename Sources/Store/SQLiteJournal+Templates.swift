import GRDB

/// The table of templates' texts.
extension SQLiteJournal {
  /// The texts as a transaction sees them.
  static func texts(_ database: Database) -> TemplateTexts {
    TemplateTexts { stack, digest in
      try String.fetchOne(
        database.cachedStatement(sql: "SELECT text FROM template WHERE stack = ? AND digest = ?"),
        arguments: [stack, digest])
    }
  }

  /// Keeps the texts that the store doesn't have yet.
  static func keeper(_ database: Database) -> RecordCoding.Keep {
    { stack, digest, text in
      let known = try database.cachedStatement(sql: "SELECT 1 FROM template WHERE stack = ? AND digest = ?")
      if try Int.fetchOne(known, arguments: [stack, digest]) != nil { return }
      try run(
        "INSERT INTO template(stack, digest, text) VALUES (?, ?, ?)", [stack, digest, text], database)
    }
  }

  /// Drops the texts that no record names any longer.
  ///
  /// They are looked for while others write, and looked at again when none can.
  func sweep() throws {
    let rows = try read { try Row.fetchAll($0, sql: Self.unnamed) }
    if rows.isEmpty { return }
    func isIn(_ table: String, _ stack: String = "stack") -> String {
      "EXISTS (SELECT 1 FROM \(table) AS t WHERE t.\(stack) = template.stack AND instr(record, digest))"
    }
    let drop = """
      DELETE FROM template WHERE stack = ? AND digest = ? AND NOT \(isIn("stack", "id"))
        AND NOT \(isIn("operation")) AND NOT \(isIn("changeSet")) AND NOT \(isIn("snapshot"))
      """
    try write { database in
      for row in rows {
        try Self.run(drop, [row["stack"] as String, row["digest"] as String], database)
      }
    }
  }

  private static let unnamed: String = {
    let named = [
      ("stack", "id", "blueprint"), ("stack", "id", "stable"), ("operation", "stack", "goal"),
      ("operation", "stack", "origin"), ("changeSet", "stack", "goal"), ("snapshot", "stack", "blueprint"),
    ].map { table, stack, field in
      // A record that is no JSON is looked at by the one who drops.
      """
      SELECT \(stack), CASE WHEN json_valid(record) THEN json_extract(record, '$.\(field).digest') END
      FROM \(table)
      """
    }
    return """
      WITH named(stack, digest) AS (\(named.joined(separator: " UNION ")))
      SELECT stack, digest FROM template
      EXCEPT SELECT stack, digest FROM named
      """
  }()
}
