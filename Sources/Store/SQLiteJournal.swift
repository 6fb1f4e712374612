import Ambience
import Document
import GRDB
import Glibc
import Secrets
package import StackEngine
import Synchronization

/// The journal in a SQLite file, shared by the processes of one machine.
///
/// What arrives while a commit is under way is committed together, with one sync of the disk. Secrets are
/// sealed with the key in the file `PATH.key`, unless one is given. Both files are readable by their owner alone.
package actor SQLiteJournal: Journal {
  let path: String
  let database: DatabasePool
  let coding: RecordCoding
  /// Tells whether the store's key is still the one of `coding`.
  let check: String
  let process = Holder.current()
  package nonisolated let leaseTerm: Duration?
  let uptime: @Sendable () -> Duration

  private let pending = Mutex<[Batch]>([])
  /// Whether commits are synced at present.
  private var syncs = true
  private let checkpoints: Checkpoints

  /// What one caller wants kept, and what came of it.
  private final class Batch: Sendable {
    let entries: [JournalEntry]
    let lease: Lease?
    private let result = Mutex<Result<[Event], any Error>?>(nil)

    init(_ entries: [JournalEntry], _ lease: Lease?) {
      self.entries = entries
      self.lease = lease
    }

    /// What came of it; that it was given up, where nothing did.
    var outcome: Result<[Event], any Error> {
      get { result.withLock { $0 } ?? .failure(CancellationError()) }
      set { result.withLock { $0 = newValue } }
    }
  }

  /// Opens the store, or makes one.
  ///
  /// Leases go by `uptime`, a clock that all processes of the machine share.
  ///
  /// - Throws: `StoreError`.
  package init(
    path: String, key given: GivenKey? = nil, leaseTerm: Duration = .seconds(15),
    uptime: @escaping @Sendable () -> Duration = Holder.timeSinceBoot,
    random: () -> UInt64 = { UInt64.random(in: .min ... .max) }
  ) throws {
    self.path = path
    self.leaseTerm = leaseTerm
    self.uptime = uptime
    checkpoints = Checkpoints(path: path)
    let isNew = try Self.prepare(path)
    let key = Self.keyFile(path)
    // Before anything is in the store: whoever finds it written to, after a crash as well, finds its key.
    if isNew, given == nil { _ = try KeyFile.open(key, mayCreate: true, random: random) }
    do {
      // Two at once would both make the tables.
      database = try KeyFile.locked(given == nil ? key : KeyFile.folder(of: path)) {
        try Self.openDatabase(path)
      }
      let seal: Seal
      (seal, check) = try Self.key(given, path, database)
      coding = RecordCoding(seal: seal)
    } catch let error as DatabaseError {
      throw Self.explained(error, path)
    }
  }

  private static func openDatabase(_ path: String) throws -> DatabasePool {
    let database = try DatabasePool(path: path, configuration: configuration)
    if try Schema.isTooNew(database) {
      throw StoreError(.tooNew, path: path, "a newer kiln has written \(path)", hint: "use that one")
    }
    try Schema.migrate(database)
    // Not in `prepareDatabase`: GRDB sets NORMAL after that.
    try set(syncs: true, database)
    try database.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA wal_autocheckpoint = \(Checkpoints.limit)")
    }
    return database
  }

  private static func set(syncs: Bool, _ database: DatabasePool) throws {
    try database.writeWithoutTransaction {
      try $0.execute(sql: "PRAGMA synchronous = \(syncs ? "FULL" : "NORMAL")")
    }
  }

  /// Makes an empty file that only its owner can read; SQLite gives its other files the same mode.
  private static func prepare(_ path: String) throws -> Bool {
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw KeyFile.failure(path, "opened") }
    defer { close(file) }
    return lseek(file, 0, SEEK_END) == 0
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.maximumReaderCount = 4
    configuration.prepareDatabase { database in
      // What a reader has read it mostly reads once, and a write of others makes it worthless; who writes mostly appends.
      try database.execute(sql: "PRAGMA cache_size = \(database.configuration.readonly ? -256 : -1024)")
    }
    return configuration
  }

  /// What a failure means; the only constraint that a write can break is that a name is one stack's.
  static func explained(_ error: DatabaseError, _ path: String) -> any Error {
    switch error.resultCode {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT:
      StoreError(
        .damaged, path: path, "\(path) is damaged or no store of kiln's",
        hint: "restore it from a copy, or name another file with --store")
    case .SQLITE_CONSTRAINT: NameTaken()
    default:
      StoreError(.unusable, path: path, "\(path): \(error.message ?? error.description)")
    }
  }

  // MARK: - Writing

  @discardableResult
  package nonisolated func append(
    _ entries: [JournalEntry], under lease: Lease?
  ) async throws -> [Event] {
    let batch = Batch(entries, lease)
    pending.withLock { $0.append(batch) }
    // Whose turn comes first commits for all. Nothing here heeds that the task is cancelled: a cancelled operation still
    // has to say how it ended.
    await commit()
    return try batch.outcome.get()
  }

  /// Commits all that has come until the actor's turn came to this.
  private func commit() {
    let batches = pending.withLock { pending in
      defer { pending = [] }
      return pending
    }
    if batches.isEmpty { return }
    do {
      try keep(batches)
    } catch is NameTaken where batches.count > 1 {
      // One that can't be kept mustn't take the others with it.
      for batch in batches {
        do { try keep([batch]) } catch { batch.outcome = .failure(error) }
      }
    } catch {
      for batch in batches { batch.outcome = .failure(error) }
    }
  }

  /// Keeps batches, all or none, and tells those who wait; a batch whose lease is lost is left out.
  private func keep(_ batches: [Batch]) throws {
    let isAwaited = batches.contains { $0.entries.contains(where: \.isAwaited) }
    let (lost, events) = try write(syncs: isAwaited) { database in
      let lost = try Self.lost(batches.compactMap(\.lease), database)
      let kept = batches.filter { $0.lease.map { !lost.contains($0) } ?? true }
      return (lost, try Self.insert(kept.map(\.entries), coding, database))
    }
    var kept = events.makeIterator()
    for batch in batches {
      if let lease = batch.lease, lost.contains(lease) {
        batch.outcome = .failure(LeaseLost(lease))
      } else {
        batch.outcome = .success(kept.next() ?? [])
      }
    }
  }

  /// Writes, unless the store has been given another key.
  ///
  /// A commit that isn't synced survives the process, and the machine as well once a later one is.
  func write<Result>(syncs: Bool = true, _ body: (Database) throws -> Result) throws -> Result {
    do {
      if syncs != self.syncs {
        try Self.set(syncs: syncs, database)
        self.syncs = syncs
      }
      defer { checkpoints.note() }
      return try database.write { database in
        guard try Schema.setting("key_check", database) == check else { throw StoreError.changedKey(path) }
        return try body(database)
      }
    } catch let error as DatabaseError {
      throw Self.explained(error, path)
    }
  }
}
