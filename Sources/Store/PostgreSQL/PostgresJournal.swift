import Secrets
package import StackEngine

/// The journal in a PostgreSQL database, shared by processes of many machines.
///
/// What arrives while a transaction is under way is committed together in the next. Secrets are sealed with a key
/// that every process must have, in a file or given; a wrong one is refused when the store is opened. Leases go by the
/// server's clock. No call to the server blocks a thread of the tasks' pool.
package actor PostgresJournal: Journal {
  package nonisolated let address: PostgresAddress
  package nonisolated let leaseTerm: Duration?
  let coding: RecordCoding
  /// Tells whether the store's key is still the one of `coding`.
  let check: String
  let keyFile: String
  let writer: PostgresSession
  private let readers: [PostgresSession]
  private var nextReader = 0
  private var listener: PostgresListener?
  /// The number by which others see whether this process's connection is there.
  let session: Int64

  private var pending: [PostgresBatch] = []
  private var isCommitting = false

  private init(
    _ address: PostgresAddress, _ key: (seal: Seal, check: String), keyFile: String,
    _ writer: PostgresSession, session: Int64, term: Duration
  ) throws {
    self.address = address
    coding = RecordCoding(seal: key.seal)
    check = key.check
    self.keyFile = keyFile
    self.writer = writer
    self.session = session
    leaseTerm = term
    readers = try (0..<2).map { _ in try PostgresSession(address, greeting: PostgresSchema.greeting) }
  }

  /// Connects to the store, and makes its tables if there are none.
  ///
  /// - Throws: `StoreError`.
  package static func open(
    _ address: PostgresAddress, keyFile: String, key given: GivenKey? = nil,
    leaseTerm: Duration = .seconds(15),
    random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) async throws -> PostgresJournal {
    let session = Int64(random() >> 1)
    // Held as long as the connection is.
    let writer = try PostgresSession(
      address, greeting: PostgresSchema.greeting + "SELECT pg_advisory_lock_shared(\(session))")
    try await writer.open()
    let key = try await writer.transaction { connection in
      try PostgresSchema.migrate(connection, address)
      return try Self.key(given, keyFile, address, connection, random)
    }
    return try PostgresJournal(
      address, key, keyFile: keyFile, writer, session: session, term: leaseTerm)
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
    let outcomes = try await writer.transaction { [self] connection in
      let outcomes = try PostgresWriting.insert(batches, coding, connection)
      if batches.contains(where: \.needsKey) { try seeKey(connection) }
      return outcomes
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
    } catch let error as PostgresRow.Malformed {
      throw StoreError(
        .damaged, path: address.shown, "\(address.shown) has a row without a proper column \(error.column)")
    } catch {
      throw StoreError.unreadable(error, address.shown) ?? error
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

  /// Whether it has sealed parts and no lease: a lease can't be had while the store's key is changed.
  var needsKey: Bool {
    lease == nil
      && entries.contains {
        switch $0 {
        case .stack, .resource, .operation, .changeSet, .snapshot: true
        default: false
        }
      }
  }
}
