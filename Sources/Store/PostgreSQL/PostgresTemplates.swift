import Document

/// The table of templates' texts.
enum PostgresTemplates {
  /// Texts by their stack and digest.
  typealias Texts = [[String]: String]

  /// The digests that a record names, in SQL.
  private static let digests = #"(regexp_matches(record, '"digest":"([0-9a-f]{64})"', 'g'))[1]"#

  // MARK: - Writing

  /// Keeps the texts that the store doesn't have yet.
  ///
  /// Having asked for them keeps `drop` out until the transaction's end.
  static func keep(_ texts: Texts, _ connection: PostgresConnection) throws {
    if texts.isEmpty { return }
    // In an order that all keep to: others wait for a text that isn't committed yet.
    let names = texts.keys.sorted { $0.lexicographicallyPrecedes($1) }
    var asked = PostgresColumns(2)
    for name in names { asked.append(name) }
    let rows = try connection.rows(
      """
      SELECT stack, digest FROM template
      WHERE (stack, digest) IN (SELECT * FROM unnest($1::text[], $2::text[]))
      """, asked.parameters)
    let known = Set(try rows.map { [try $0.text(0), try $0.text(1)] })
    var new = PostgresColumns(3)
    for name in names where !known.contains(name) { new.append(name + [texts[name]]) }
    if new.isEmpty { return }
    try connection.rows(
      """
      INSERT INTO template(stack, digest, text) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
      ON CONFLICT DO NOTHING
      """, new.parameters)
  }

  /// The names of the texts that no record names any longer.
  static func unnamed(_ connection: PostgresConnection) throws -> [[String]] {
    try connection.rows(
      """
      SELECT stack, digest FROM template EXCEPT
      SELECT stack, \(digests) FROM (
        SELECT id AS stack, record FROM stack UNION ALL SELECT stack, record FROM operation
        UNION ALL SELECT stack, record FROM change_set UNION ALL SELECT stack, record FROM snapshot) AS entry
      """
    ).map { [try $0.text(0), try $0.text(1)] }
  }

  /// Drops those of texts that no record names still.
  ///
  /// The table is locked against all who ask for texts, so that nobody who has found one names it in the meantime. It
  /// takes a transaction of its own, which has no other locks.
  static func drop(_ names: [[String]], _ connection: PostgresConnection) throws {
    var columns = PostgresColumns(2)
    for name in names { columns.append(name) }
    try connection.run("LOCK TABLE template IN ACCESS EXCLUSIVE MODE")
    func isIn(_ table: String, _ stack: String = "stack") -> String {
      "EXISTS (SELECT 1 FROM \(table) WHERE \(table).\(stack) = t.stack AND strpos(record, t.digest) > 0)"
    }
    try connection.rows(
      """
      DELETE FROM template AS t USING unnest($1::text[], $2::text[]) AS gone(stack, digest)
      WHERE t.stack = gone.stack AND t.digest = gone.digest AND NOT \(isIn("stack", "id"))
        AND NOT \(isIn("operation")) AND NOT \(isIn("change_set")) AND NOT \(isIn("snapshot"))
      """, columns.parameters)
  }

  // MARK: - Reading

  /// What a query has found, with the texts that it names.
  struct Found {
    struct Row {
      let ordinal: Int64
      let record: String
    }

    var rows: [Row] = []
    let texts = TemplateTexts()
  }

  /// Runs a query that gives `stack`, `ordinal` and `record`, and one for `more`, which name no texts.
  ///
  /// It is one statement, so that all that is found belongs together; each text comes once, however many name it. The
  /// rows come in the order of `ordinal`, those of the query first.
  static func find(
    _ query: String, and more: String? = nil, _ values: [String?], _ connection: PostgresConnection
  ) throws -> Found {
    let others = more.map { "UNION ALL SELECT 2, ordinal, NULL, record FROM (\($0)) AS more" } ?? ""
    let rows = try connection.rows(
      """
      WITH found AS (\(query))
      SELECT 0 AS kind, 0 AS ordinal, digest, text AS record FROM template
      WHERE (stack, digest) IN (SELECT stack, \(digests) FROM found)
      UNION ALL SELECT 1, ordinal, NULL, record FROM found \(others) ORDER BY kind, ordinal
      """, values)
    var found = Found()
    for row in rows {
      if let digest = row[2] {
        found.texts.add(digest, try row.text(3))
      } else {
        found.rows.append(Found.Row(ordinal: try row.integer(1), record: try row.text(3)))
      }
    }
    return found
  }

  /// What a query for records finds, in the order of `ordinal`.
  static func records<Record>(
    _ query: String, _ values: [String?], _ connection: PostgresConnection,
    _ decode: (Value, TemplateTexts) throws -> Record
  ) throws -> [Record] {
    let found = try find(query, values, connection)
    return try found.rows.map { try decode(.json($0.record), found.texts) }
  }
}
