import Glibc
import StackEngine
import Synchronization

/// A connection that is made again when it breaks, on a thread of its own.
// Sendable: `connection` is used on the thread alone.
final class PostgresSession: @unchecked Sendable {
  /// For how long a server that has gone away is waited for.
  private static let patience = Duration.seconds(30)

  private let address: PostgresAddress
  /// What each new connection is told first.
  private let greeting: String
  private let thread: BlockingThread
  private var connection: PostgresConnection?
  private let number = Mutex<Int32>(0)

  init(_ address: PostgresAddress, greeting: String) throws {
    self.address = address
    self.greeting = greeting
    thread = try BlockingThread()
  }

  /// The number of the server's process for the connection of now; 0 when there has been none.
  var process: Int32 { number.withLock { $0 } }

  /// Connects without patience: for the first time, when a wrong address is the likely cause of a failure.
  func open() async throws {
    try await thread.run { [self] in
      try explained { _ = try connected() }
    }
  }

  /// Reads, again when the connection breaks.
  func read<Outcome: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws -> Outcome
  ) async throws -> Outcome {
    try await thread.run { [self] in
      try explained { try patiently { try body(try connected()) } }
    }
  }

  /// Runs a transaction, again when the connection breaks or others are in its way.
  ///
  /// When the connection breaks at the commit, the server is asked afterwards what has become of it.
  func transaction<Outcome: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws -> Outcome
  ) async throws -> Outcome {
    try await thread.run { [self] in
      try explained { try patiently { try transact(body) } }
    }
  }

  // MARK: - On the thread

  private func connected() throws(PostgresError) -> PostgresConnection {
    if let connection { return connection }
    let new = try PostgresConnection(address)
    try new.run(greeting)
    connection = new
    number.withLock { $0 = new.process }
    return new
  }

  private func transact<Outcome>(_ body: (PostgresConnection) throws -> Outcome) throws -> Outcome {
    let connection = try connected()
    try connection.run("BEGIN")
    let outcome: Outcome
    let number: String
    do {
      number = try connection.rows("SELECT pg_current_xact_id()::text")[0].text(0)
      outcome = try body(connection)
    } catch {
      // One that is gone has taken its transaction with it.
      try? connection.run("ROLLBACK")
      throw error
    }
    try commit(number, connection)
    return outcome
  }

  private func commit(_ number: String, _ connection: PostgresConnection) throws {
    let failure: PostgresError
    do {
      return try connection.run("COMMIT")
    } catch {
      failure = error
    }
    guard failure.isLost else { throw failure }
    self.connection = nil
    let isCommitted = try patiently { try self.isCommitted(number) }
    if !isCommitted { throw failure }
  }

  private func isCommitted(_ number: String) throws -> Bool {
    while true {
      let row = try connected().rows("SELECT pg_xact_status($1::text::xid8)", [number]).first
      switch row?[0] {
      case "committed": return true
      case "in progress": usleep(50_000)
      default: return false
      }
    }
  }

  private func patiently<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
    let clock = ContinuousClock()
    var end: ContinuousClock.Instant?
    var pause: UInt32 = 20_000
    while true {
      do {
        return try body()
      } catch let error as PostgresError where error.isLost || error.isCollision {
        if error.isLost { connection = nil }
        let limit = end ?? clock.now + Self.patience
        end = limit
        if clock.now > limit { throw error }
        usleep(pause + UInt32.random(in: 0..<pause))
        pause = min(pause * 2, 1_000_000)
      }
    }
  }

  private func explained<Outcome>(_ body: () throws -> Outcome) throws -> Outcome {
    do { return try body() } catch let error as PostgresError {
      // The only thing that must be one's alone is a stack's name.
      if error.state == "23505" { throw NameTaken() }
      throw StoreError(error, address)
    }
  }
}

extension StoreError {
  init(_ error: PostgresError, _ address: PostgresAddress) {
    let place = address.shown
    switch error.state {
    case "3D000":
      self.init(
        .unusable, path: place, "\(place): \(error.message)", hint: "make it, for example with createdb")
    case "42501", "28000", "28P01":
      self.init(
        .unusable, path: place, "\(place): \(error.message)",
        hint: "the user must be let in, and be allowed to create a schema")
    case "":
      self.init(
        .unusable, path: place, "\(place) can't be reached: \(error.message)",
        hint: "see that the server runs and that the address is right")
    default: self.init(.unusable, path: place, "\(place): \(error.message)")
    }
  }
}
