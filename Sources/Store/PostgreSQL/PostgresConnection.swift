import CPostgres
import Glibc
import Secrets

/// What PostgreSQL or the way to it has refused.
struct PostgresError: Error {
  /// The SQLSTATE; empty when the server hasn't given one.
  let state: String
  let message: String
  /// Whether the connection is gone; then it isn't known what the server has made of the last request.
  let isLost: Bool

  /// Whether the transaction only got in the way of another, so that it can be tried again at once.
  var isCollision: Bool { ["40001", "40P01"].contains(state) }
}

/// A connection to a PostgreSQL server, used by one thread at a time, which its calls block.
final class PostgresConnection {
  private let handle: OpaquePointer
  /// The names of the statements that the server knows.
  private var prepared: [String: String] = [:]

  init(_ address: PostgresAddress) throws(PostgresError) {
    guard let handle = cp_open(address.text.reveal()) else {
      throw PostgresError(state: "", message: "there is no memory left", isLost: true)
    }
    self.handle = handle
    if !cp_is_open(handle) { throw failure() }
  }

  deinit { cp_close(handle) }

  /// The number of the server's process.
  var process: Int32 { cp_process(handle) }

  /// Runs statements that have no parameters.
  func run(_ statements: String) throws(PostgresError) {
    guard cp_run(handle, statements) else { throw failure() }
  }

  /// Runs a statement and gives all of its rows.
  @discardableResult
  func rows(_ statement: String, _ values: [String?] = []) throws(PostgresError) -> [PostgresRow] {
    let name = try name(of: statement)
    // What C takes for the end of a text can't be kept by PostgreSQL either.
    let texts = values.map { text in
      text.map { strdup($0.utf8.contains(0) ? $0.replacing("\0", with: "\u{FFFD}") : $0) }
    }
    defer { for text in texts { free(text ?? nil) } }
    let pointers = texts.map { UnsafePointer($0 ?? nil) }
    guard let rows = cp_execute(handle, name, Int32(pointers.count), pointers) else { throw failure() }
    defer { cp_free(rows) }
    return (0..<cp_count(rows)).map { PostgresRow(rows, $0) }
  }

  private func name(of statement: String) throws(PostgresError) -> String {
    if let name = prepared[statement] { return name }
    let name = "kiln\(prepared.count)"
    guard cp_prepare(handle, name, statement) else { throw failure() }
    prepared[statement] = name
    return name
  }

  private func failure() -> PostgresError {
    let message =
      String(cString: cp_error(handle)).split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    return PostgresError(
      state: String(cString: cp_state(handle)), message: message.replacing("ERROR:  ", with: ""),
      isLost: !cp_is_open(handle))
  }

  // MARK: - Notifications

  /// The notifications that come within a time, each with the server's process that has sent it.
  func notifications(within span: Duration) throws(PostgresError) -> [(payload: String, process: Int32)] {
    guard cp_wait(handle, Int32(span.milliseconds)) else { throw failure() }
    var found: [(String, Int32)] = []
    var payload: UnsafePointer<CChar>?
    var process: Int32 = 0
    while cp_notification(handle, &payload, &process) {
      found.append((payload.map { String(cString: $0) } ?? "", process))
    }
    return found
  }
}

/// A row of a result, all values as texts.
struct PostgresRow {
  /// A value isn't what the tables of kiln's have there.
  struct Malformed: Error {
    let column: Int
  }

  private let values: [String?]

  fileprivate init(_ rows: OpaquePointer, _ row: Int32) {
    values = (0..<cp_columns(rows)).map { column in
      cp_value(rows, row, column).map { String(cString: $0) }
    }
  }

  subscript(column: Int) -> String? { values[column] }

  func text(_ column: Int) throws -> String {
    guard let text = values[column] else { throw Malformed(column: column) }
    return text
  }

  func integer(_ column: Int) throws -> Int64 {
    guard let number = values[column].flatMap({ Int64($0) }) else { throw Malformed(column: column) }
    return number
  }

  func bool(_ column: Int) throws -> Bool { try text(column) == "t" }
}
