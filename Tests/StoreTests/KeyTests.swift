import Ambience
import Foundation
import GRDB
import OrderedCollections
import Secrets
import StackEngine
import TestSupport
import Testing

@testable import Store

/// A store that is opened several times.
private struct Place: Sendable {
  let kind: JournalKind
  /// The SQLite file, or the database's address.
  let store: String
  let keyFile: String

  init(_ kind: JournalKind) throws {
    self.kind = kind
    store = kind == .postgres ? try PrivatePostgres.database() : temporary()
    keyFile = kind == .postgres ? temporary() + ".key" : store + ".key"
  }

  func open(_ key: Seal? = nil) async throws -> any StoredJournal {
    let given = key.map { GivenKey(seal: $0, source: "KEY_COMMAND") }
    guard let address = PostgresAddress(store) else { return try SQLiteJournal(path: store, key: given) }
    return try await PostgresJournal.open(address, keyFile: keyFile, key: given)
  }

  /// Opens it, and has in it what has secrets.
  func filled(_ key: Seal? = nil) async throws -> any StoredJournal {
    let journal = try await open(key)
    try await journal.append([
      .stack(Sample.head("s", "s")), .resource(Sample.resource("A"), stack: "s"),
      .operation(Sample.operation("1")), .changeSet(Sample.changeSet("c", of: "s")),
      .snapshot(Sample.snapshot("n", of: "s")),
    ])
    return journal
  }

  func expectContents(_ journal: any StoredJournal) async throws {
    let stack = try #require(try await journal.stack(named: "s"))
    #expect(stack.head == Sample.head("s", "s"))
    #expect(stack.resources["A"] == Sample.resource("A"))
    #expect(try await journal.operation("1") == Sample.operation("1"))
    #expect(try await journal.changeSets(of: nil) == [Sample.changeSet("c", of: "s")])
    #expect(try await journal.snapshots(of: "s") == [Sample.snapshot("n", of: "s")])
  }

  var key: String { get throws { try String(contentsOfFile: keyFile, encoding: .utf8) } }
  var nextIsThere: Bool { FileManager.default.fileExists(atPath: keyFile + ".next") }

  /// Does the first part of a change and then no more, as one that is killed does.
  func begin(_ next: NextKey, _ journal: any StoredJournal) async throws {
    let seal = try next.seal()
    let (coding, check) = (RecordCoding(seal: seal), try seal.check())
    if let journal = journal as? SQLiteJournal { _ = try await journal.begin(next, coding, check) }
    if let journal = journal as? PostgresJournal { _ = try await journal.begin(next, coding, check) }
  }
}

private let digits = Secret(String(repeating: "ab", count: 32))

// One after the other, as a server has connections for few.
@Suite("A store's key", .serialized)
struct KeyTests {
  @Test("is changed: secrets open with the new one, and none with the old", arguments: JournalKind.stored)
  func change(kind: JournalKind) async throws {
    let place = try Place(kind)
    let old = try await place.filled()
    let before = try place.key
    let done = try await old.rekey(.made())
    #expect(done.records == 5)
    #expect(done.keyFile == place.keyFile)
    #expect(try place.key != before)
    let new = try await place.open()
    try await place.expectContents(new)
    #expect(!place.nextIsThere)
    // Each sealed text was sealed anew.
    let sealed = try old.seal.close(Secret("x"))
    #expect(!new.seal.opens(sealed))
    if kind == .postgres {
      // Other databases may have the key.
      #expect(done.oldKeyFile == place.keyFile + ".old-1")
      #expect(try String(contentsOfFile: place.keyFile + ".old-1", encoding: .utf8) == before)
    } else {
      #expect(done.oldKeyFile == nil)
    }
    try before.write(toFile: place.keyFile, atomically: true, encoding: .utf8)
    let wrong = await #expect(throws: StoreError.self) { try await place.open() }
    #expect(wrong?.code == .wrongKey)
  }

  @Test("leaves nothing in a SQLite file that the one before opens")
  func scrubbed() async throws {
    let place = try Place(.sqlite)
    let old = try #require(try await place.filled() as? SQLiteJournal)
    let records = try await old.read { try String.fetchAll($0, sql: "SELECT record FROM stack") }
    let sealed = try #require(records[0].firstMatch(of: /"Password":"([^"]+)"/)?.output.1)
    _ = try await old.rekey(.made())
    for file in [place.store, place.store + "-wal"] {
      let bytes = FileManager.default.contents(atPath: file) ?? Data()
      #expect(bytes.range(of: Data(sealed.utf8)) == nil, "\(file)")
    }
  }

  @Test(
    "that is changed keeps others who have the store open from mixing keys", arguments: JournalKind.stored)
  func others(kind: JournalKind) async throws {
    let place = try Place(kind)
    let first = try await place.filled()
    let second = try await place.open()
    _ = try await first.rekey(.made())
    for journal in [first, second] {
      await refused(.wrongKey) { try await journal.append([.stack(Sample.head("t", "t"))]) }
      await refused(.wrongKey) { try await journal.append([.snapshot(Sample.snapshot("m", of: "s"))]) }
      await refused(.wrongKey) { _ = try await journal.claim("s", by: "one") }
      await refused(.wrongKey) { _ = try await journal.stack(named: "s") }
      await refused(.wrongKey) { _ = try await journal.rekey(.made()) }
    }
    try await place.expectContents(try await place.open())
  }

  @Test("isn't changed while somebody works on a stack", arguments: JournalKind.stored)
  func busy(kind: JournalKind) async throws {
    let place = try Place(kind)
    let (worker, other) = (try await place.filled(), try await place.open())
    let lease = try #require(try await worker.claim("s", by: "one"))
    let before = try place.key
    for journal in [worker, other] {
      let error = await refused(.inUse) { _ = try await journal.rekey(.made()) }
      #expect(error?.message.hasSuffix("is being worked on: `s`") ?? false, "\(error?.message ?? "")")
    }
    #expect(try place.key == before)
    try await worker.append([.stack(Sample.head("s", "s"))], under: lease)
    try await worker.release(lease)
    _ = try await other.rekey(.made())
    try await place.expectContents(try await place.open())
  }

  @Test("is changed though somebody has died at work, and what comes late from there is refused")
  func late() async throws {
    let place = try Place(.sqlite)
    let worker = try #require(try await place.filled() as? SQLiteJournal)
    let lease = try #require(try await worker.claim("s", by: "one"))
    try await worker.write { try $0.execute(sql: "UPDATE lease SET start = start + 1") }
    _ = try await place.open().rekey(.made())
    let new = try await place.open()
    await #expect(throws: LeaseLost.self) {
      try await new.append([.stack(Sample.head("late", "s"))], under: lease)
    }
    try await place.expectContents(new)
  }

  @Test(
    "is the old one when its change was cut off before the store was sealed", arguments: JournalKind.stored)
  func cutOffEarly(kind: JournalKind) async throws {
    let place = try Place(kind)
    let old = try await place.filled()
    let before = try place.key
    try KeyFile.writeNext(digits, of: place.keyFile)
    try await place.expectContents(try await place.open())
    #expect(try place.key == before)
    _ = try await old.rekey(.made())
    try await place.expectContents(try await place.open())
    #expect(try place.key != digits.reveal() + "\n")
  }

  @Test(
    "is the new one when its change was cut off after that, and is put in place",
    arguments: JournalKind.stored)
  func cutOffLate(kind: JournalKind) async throws {
    let place = try Place(kind)
    let before: String
    do {
      let old = try await place.filled()
      before = try place.key
      try await place.begin(.file(digits), old)
    }
    #expect(try place.key == before)
    // Several find it so at once.
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 { group.addTask { try await place.expectContents(try await place.open()) } }
      try await group.waitForAll()
    }
    #expect(try place.key == digits.reveal() + "\n")
    #expect(!place.nextIsThere)
    _ = try await place.open().rekey(.made())
    try await place.expectContents(try await place.open())
  }

  @Test("stays when a record can't be sealed anew", arguments: JournalKind.stored)
  func damaged(kind: JournalKind) async throws {
    let place = try Place(kind)
    let journal = try await place.filled()
    let before = try place.key
    let damage = "UPDATE change_set SET record = '{}'"
    if let journal = journal as? SQLiteJournal {
      try await journal.write { try $0.execute(sql: damage.replacing("change_set", with: "changeSet")) }
    }
    if let journal = journal as? PostgresJournal {
      try await journal.writer.transaction { _ = try $0.rows(damage).count }
    }
    await refused(.damaged) { _ = try await journal.rekey(.made()) }
    #expect(try place.key == before)
    #expect(try await place.open().stack(named: "s")?.head == Sample.head("s", "s"))
  }

  @Test("is taken elsewhere and back", arguments: JournalKind.stored)
  func elsewhere(kind: JournalKind) async throws {
    let place = try Place(kind)
    let seal = try Seal(hexadecimal: digits)
    let done = try await place.filled().rekey(.elsewhere(GivenKey(seal: seal, source: "KEY_COMMAND")))
    #expect(done.keyFile == nil)
    #expect(FileManager.default.fileExists(atPath: place.keyFile) == (kind == .postgres))
    await refused(.wrongKey) { _ = try await place.open() }
    let other = try Seal(hexadecimal: Secret(String(repeating: "1", count: 64)))
    let wrong = await refused(.wrongKey) { _ = try await place.open(other) }
    #expect(wrong?.message.contains("the key that KEY_COMMAND prints isn't the one") ?? false)
    let there = try await place.open(seal)
    try await place.expectContents(there)
    _ = try await there.rekey(.made())
    await refused(.wrongKey) { _ = try await place.open(seal) }
    try await place.expectContents(try await place.open())
  }

  @Test("can be elsewhere from the start", arguments: JournalKind.stored)
  func elsewhereFirst(kind: JournalKind) async throws {
    let place = try Place(kind)
    let seal = try Seal(hexadecimal: digits)
    _ = try await place.filled(seal)
    #expect(!FileManager.default.fileExists(atPath: place.keyFile))
    try await place.expectContents(try await place.open(seal))
    await refused(.wrongKey) { _ = try await place.open() }
  }

  @Test("of an older kiln's SQLite file is held against what was sealed with it")
  func unchecked() async throws {
    let place = try Place(.sqlite)
    let journal = try #require(try await place.filled() as? SQLiteJournal)
    try await journal.write { try $0.execute(sql: "DELETE FROM setting") }
    let before = try place.key
    try (digits.reveal() + "\n").write(toFile: place.keyFile, atomically: true, encoding: .utf8)
    await refused(.wrongKey) { _ = try await place.open() }
    try before.write(toFile: place.keyFile, atomically: true, encoding: .utf8)
    try await place.expectContents(try await place.open())
    #expect(try await journal.read { try Schema.setting("key_check", $0) } != nil)
  }

  @discardableResult
  private func refused(
    _ code: StoreError.Code, _ body: () async throws -> Void, at place: SourceLocation = #_sourceLocation
  ) async -> StoreError? {
    let error = await #expect(throws: StoreError.self, sourceLocation: place) { try await body() }
    #expect(error?.code == code, "\(error?.message ?? "")", sourceLocation: place)
    return error
  }
}
