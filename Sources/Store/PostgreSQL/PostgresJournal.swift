import Secrets
package import StackEngine

/// The journal in a PostgreSQL database, shared by processes of many machines.
///
/// What arrives while a transaction is under way is committed together in the next. Secrets are sealed with the
/// key in a file that every process must have; a wrong one is refused when the store is opened. Leases go by the
/// server's clock. No call to the server blocks a thread of the tasks' pool.
package actor PostgresJournal: Journal {
  package nonisolated let address: PostgresAddress
  package nonisolated let leaseTerm: Duration?
  let coding: RecordCoding
  let writer: PostgresSession
  private let readers: [PostgresSession]
  private var nextReader = 0
  private var listener: PostgresListener?
  /// The number by which others see whether this process's connection is there.
  let session: Int64

  private var pending: [PostgresBatch] = []
  private var isCommitting = false

  private init(
    _ address: PostgresAddress, _ coding: RecordCoding, _ writer: PostgresSession, session: Int64,
    term: Duration
  ) throws {
    self.address = address
    self.coding = coding
    self.writer = writer
    self.session = session
    leaseTerm = term
    readers = try (0..<2).map { _ in try PostgresSession(address, greeting: PostgresSchema.greeting) }
  }

  /// Connects to the store, and makes its tables if there are none.
  ///
  /// - Throws: `StoreError`.
  package static func open(
    _ address: PostgresAddress, keyFile: String, leaseTerm: Duration = .seconds(15),
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) async throws -> PostgresJournal {
    let session = Int64(random() >> 1)
    // Held as long as the connection is.
    let writer = try PostgresSession(
      address, greeting: PostgresSchema.greeting + "SELECT pg_advisory_lock_shared(\(session))")
    try await writer.open()
    let seal = try await writer.transaction { connection in
      try PostgresSchema.migrate(connection, address)
      return try key(keyFile, address, connection, random)
    }
    return try PostgresJournal(address, RecordCoding(seal: seal), writer, session: session, term: leaseTerm)
  }

  /// The key, once it is known that the store's secrets are sealed with it; a new store takes any.
  private static func key(
    _ file: String, _ address: PostgresAddress, _ connection: PostgresConnection, _ random: () -> UInt64
  ) throws -> Seal {
    let check = try PostgresSchema.setting("key_check", connection)
    let seal = try KeyFile.open(file, mayCreate: check == nil, random: random)
    guard let check else {
      try PostgresSchema.set("key_check", try seal.close(Secret("kiln")), connection)
      return seal
    }
    do { _ = try seal.open(check) } catch {
      throw StoreError(
        .wrongKey, path: address.shown,
        "the key in \(file) isn't the one that \(address.shown) was sealed with",
        hint: "copy the key file of those who share the store, or name it with KILN_STORE_KEY")
    }
    return seal
  }

  // MARK: - Writing

  @discardableResult
  package func append(_ entries: [JournalEntry], under lease: Lease?) async throws -> [Event] {
    try await withCheckedThrowingContinuation { continuation in
      pending.append(PostgresBatch(entries: entries, lease: lease, continuation: continuation))
      if isCommitting { return }
      isCommitting = true
      // No part of the caller's task: a cancelled operation still has to say how it ended.
      Task { await self.commit() }
    }
  }

  /// Commits what has come, and then what has come in the meantime.
  private func commit() async {
    while !pending.isEmpty {
      let batches = pending
      pending = []
      do {
        try await keep(batches)
      } catch is NameTaken where batches.count > 1 {
        // One that can't be kept mustn't take the others with it.
        for batch in batches {
          do { try await keep([batch]) } catch { batch.continuation.resume(throwing: error) }
        }
      } catch {
        for batch in batches { batch.continuation.resume(throwing: error) }
      }
    }
    isCommitting = false
  }

  private func keep(_ batches: [PostgresBatch]) async throws {
    let outcomes = try await writer.transaction { [coding] connection in
      try PostgresWriting.insert(batches, coding, connection)
    }
    for (batch, outcome) in zip(batches, outcomes) { batch.continuation.resume(with: outcome) }
  }

  // MARK: - Reading

  func read<Outcome: Sendable>(
    _ body: @escaping @Sendable (PostgresConnection) throws -> Outcome
  ) async throws -> Outcome {
    nextReader = (nextReader + 1) % readers.count
    do {
      return try await readers[nextReader].read(body)
    } catch is Seal.Broken {
      throw StoreError(
        .wrongKey, path: address.shown, "\(address.shown) has a secret that was sealed with another key")
    } catch let error as RecordCoding.Malformed {
      throw StoreError(
        .damaged, path: address.shown, "\(address.shown) has a record without a proper \(error.field)")
    } catch let error as PostgresRow.Malformed {
      throw StoreError(
        .damaged, path: address.shown, "\(address.shown) has a row without a proper column \(error.column)")
    }
  }

  // MARK: - News

  package func news() async throws -> AsyncStream<News>? {
    if listener == nil { listener = try PostgresListener(address, ignoring: writer) }
    return listener?.subscribe()
  }
}

/// What one caller wants kept.
struct PostgresBatch: Sendable {
  let entries: [JournalEntry]
  let lease: Lease?
  let continuation: CheckedContinuation<[Event], any Error>
}
