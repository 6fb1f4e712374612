import Ambience
import Document
import Foundation
import Secrets
import StackEngine
import Templates
import TestSupport
import Testing

@testable import Store

@Suite("The text of a template")
struct TemplateTextTests {
  @Test("is in the store once, however many records have it", arguments: JournalKind.stored)
  func once(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    let (new, old) = (Texts.blueprint("new", size: 200_000), Texts.blueprint("old", size: 200_000))
    var head = Sample.head("s", "s")
    (head.blueprint, head.stable) = (new, old)
    try await journal.append([.stack(head)])
    var operations: [OperationRecord] = []
    for number in 1...40 {
      var operation = Texts.operation(String(number), goal: new, origin: old)
      try await journal.append([.stack(head), .operation(operation)])
      operation.phase = .succeeded
      try await journal.append([.operation(operation), .stack(head)])
      operations.append(operation)
    }
    let (change, snapshot) = (Texts.changeSet("c", of: "s", new), Texts.snapshot("n", of: "s", old))
    try await journal.append([.changeSet(change), .snapshot(snapshot)])
    #expect(try await Texts.kept(journal) == ["s new", "s old"])
    // A hundred and twenty of them would be 24 MB.
    #expect(try await journal.size().bytes < 2_000_000)
    #expect(try await journal.operations(of: "s") == operations)
    #expect(try await journal.operations(of: "s", last: 2) == operations.suffix(2))
    #expect(try await journal.operation("7") == operations[6])
    #expect(try await journal.stacks(includingDeleted: true) == [head])
    #expect(try await journal.stack(named: "s")?.head == head)
    #expect(try await journal.changeSets(of: "s") == [change])
    #expect(try await journal.snapshots(of: "s") == [snapshot])
  }

  @Test("comes back byte for byte, though another is equal to it", arguments: JournalKind.stored)
  func bytes(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    // Unicode's one letter and its parts: equal strings of equally many bytes.
    let texts = ["# \u{212B} \"it's\" \\ {a,b}\r\n\t", "# A\u{30A} \"it's\" \\ {a,b}\r\n\t", ""]
    #expect(texts[0] == texts[1])
    for (number, text) in texts.enumerated() {
      let goal = Blueprint(templateName: "t", templateText: text, parameters: Properties())
      try await journal.append([.operation(Texts.operation(String(number), goal: goal))])
    }
    let read = try await journal.operations(of: "s").map { Array(($0.goal?.templateText ?? "none").utf8) }
    #expect(read == texts.map { Array($0.utf8) })
  }

  @Test("in the records of an older kiln is read, and kept apart from then on", arguments: JournalKind.stored)
  func olderStore(kind: JournalKind) async throws {
    let (place, key) = (kind == .postgres ? try PrivatePostgres.database() : temporary(), temporary())
    func open() async throws -> any StoredJournal {
      kind == .postgres ? try await openPostgres(place, key: key) : try SQLiteJournal(path: place)
    }
    let older = try await open()
    let changeSet = kind == .postgres ? "change_set" : "changeSet"
    for statement in [
      "INSERT INTO stack(id, name, status, record) VALUES ('s', 's', 'CREATE_COMPLETE', '\(Older.stack)')",
      "INSERT INTO operation(id, stack, \(kind == .postgres ? "is_unfinished" : "isUnfinished"), record) "
        + "VALUES ('1', 's', false, '\(Older.operation)')",
      "INSERT INTO \(changeSet)(id, owner, name, stack, record) VALUES ('c', 's', 'c', 's', '\(Older.changeSet)')",
      "INSERT INTO snapshot(id, stack, record) VALUES ('n', 's', '\(Older.snapshot)')",
      "DROP TABLE template",
      kind == .postgres
        ? "UPDATE setting SET value = '5' WHERE name = 'schema'"
        : "DELETE FROM grdb_migrations WHERE identifier = 'templates'",
    ] { try await Texts.run(statement, older) }
    let journal = try await open()
    try await Older.expect(journal)
    #expect(try await Texts.kept(journal).isEmpty)
    // What is written again has its text apart, and what isn't is left as it is.
    let head = try #require(try await journal.head(named: "s"))
    try await journal.append([.stack(head), .operation(Texts.operation("2", goal: Texts.blueprint("new")))])
    try await journal.forget(StoreWaste())
    #expect(try await Texts.kept(journal) == ["s new", "s one", "s two"])
    try await Older.expect(journal)
    // With another key everything is written again.
    _ = try await journal.rekey(.made())
    let rekeyed = try await open()
    #expect(try await Texts.kept(rekeyed) == ["s four", "s new", "s one", "s three", "s two"])
    try await Older.expect(rekeyed)
  }

  @Test("that the store has lost is told, and keeps nobody from the rest", arguments: JournalKind.stored)
  func missing(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    var fine = Sample.head("fine", "f")
    (fine.blueprint, fine.stable) = (Texts.blueprint("fine"), nil)
    try await journal.append([
      .stack(Sample.head("s", "s")), .stack(fine), .operation(Texts.operation("1", goal: Sample.blueprint)),
    ])
    // What was written or read last is in memory; so it isn't lost yet.
    for text in ["A", "B", "C", "D"] {
      try await journal.append([.operation(Texts.operation(text, of: "fine", goal: Texts.blueprint(text)))])
    }
    try await Texts.run("DELETE FROM template WHERE stack = 's'", journal)
    for read: () async throws -> Void in [
      { _ = try await journal.stack(named: "s") }, { _ = try await journal.operations(of: "s") },
      { _ = try await journal.rekey(.made()) },
    ] {
      let error = await #expect(throws: StoreError.self) { try await read() }
      #expect(error?.code == .damaged)
      #expect(
        error?.message == "\(journal.place) hasn't the text of the template t.yaml of the stack s",
        "\(error?.message ?? "")")
    }
    #expect(try await journal.head(named: "fine") == fine)
    #expect(try await journal.summaries(includingDeleted: false).map(\.identity.name) == ["s", "fine"])
    // Whoever writes the record again mends it.
    try await journal.append([.stack(Sample.head("s", "s"))])
    #expect(try await journal.head(named: "s") == Sample.head("s", "s"))
  }

  @Test("goes with the last record that names it", arguments: JournalKind.stored)
  func retention(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    func ended(_ id: String, of stack: String, at time: Int64, _ goal: String, _ origin: String? = nil)
      -> JournalEntry
    {
      var record = Texts.operation(
        id, of: stack, goal: Texts.blueprint(goal), origin: origin.map { Texts.blueprint($0) }, at: time)
      (record.phase, record.ended) = (.succeeded, Timestamp(milliseconds: time))
      return .operation(record)
    }
    func head(_ id: String, _ text: String, stable: String? = nil) -> StackHead {
      var head = Sample.head(id, id)
      (head.blueprint, head.stable) = (Texts.blueprint(text), stable.map { Texts.blueprint($0) })
      return head
    }
    var deleted = head("deleted", "A")
    (deleted.status, deleted.updated) = (.deleteComplete, Timestamp(milliseconds: 50))
    try await journal.append([
      .stack(deleted), ended("x", of: "deleted", at: 40, "B"),
      .stack(head("live", "A", stable: "S")), ended("1", of: "live", at: 10, "B", "O"),
      ended("2", of: "live", at: 20, "C", "P"), ended("3", of: "live", at: 30, "D", "A"),
      .stack(head("other", "B")),
      .changeSet(Texts.changeSet("over", of: "live", revision: 2, Texts.blueprint("E"))),
      .changeSet(Texts.changeSet("can", of: "live", Texts.blueprint("F"))),
      .changeSet(Texts.changeSet("coming", of: "coming", revision: 0, kind: .create, Texts.blueprint("G"))),
      .snapshot(Texts.snapshot("n", of: "live", Texts.blueprint("N"))),
    ])
    let retention = Retention(limit: Timestamp(milliseconds: 100), operations: 2)
    let waste = try await retention.waste(in: journal)
    #expect(waste.stacks == ["deleted"] && waste.operations == ["1"] && waste.changeSets == ["over"])
    try await journal.forget(waste)
    let left = ["A", "C", "D", "F", "N", "P", "S"].map { "live " + $0 }
    #expect(try await Texts.kept(journal) == ["coming G"] + left + ["other B"])
    #expect(try await journal.operations(of: "live").map(\.id) == ["2", "3"])
    // What goes by itself leaves its text to the next time.
    try await journal.append([.changeSetRemoval(id: "coming"), .snapshotRemoval(id: "n")])
    try await journal.append([.stack(head("live", "D"))])
    #expect(try await Texts.kept(journal).count == 9)
    try await journal.forget(StoreWaste())
    #expect(try await Texts.kept(journal) == ["A", "C", "D", "F", "P"].map { "live " + $0 } + ["other B"])
    // What is damaged, but names a text still, may be mended by somebody.
    try await Texts.run("UPDATE operation SET record = 'damaged' WHERE id = '2'", journal)
    try await Texts.run("UPDATE operation SET record = record || '}' WHERE id = '3'", journal)
    try await journal.forget(StoreWaste())
    #expect(try await Texts.kept(journal) == ["A", "D", "F"].map { "live " + $0 } + ["other B"])
  }

  @Test(
    "isn't dropped under somebody who has found it and names it",
    .enabled(if: PrivatePostgres.isInstalled, "PostgreSQL isn't installed: scripts/setup test"))
  func sweepBesideWriter() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    let writer = try await openPostgres(address, key: key)
    let pruner = try await openPostgres(address, key: key)
    let record = Texts.snapshot("n", of: "s", Texts.blueprint("text"))
    try await writer.append([.snapshot(record)])
    try await writer.append([.snapshotRemoval(id: "n")])
    let (steps, step) = AsyncStream.makeStream(of: Void.self)
    let writing = Task {
      try await writer.writer.transaction { [coding = writer.coding] connection in
        try PostgresWriting.restore([.snapshot(record)], coding, connection)
        step.finish()
        for _ in 0..<500 {
          let waiting = try connection.rows(
            "SELECT 1 FROM pg_locks WHERE relation = 'template'::regclass AND NOT granted")
          if !waiting.isEmpty { return true }
          try connection.rows("SELECT pg_sleep(0.01)")
        }
        return false
      }
    }
    for await _ in steps {}
    try await pruner.forget(StoreWaste())
    #expect(try await writing.value)
    #expect(try await pruner.snapshots(of: "s") == [record])
  }
}
