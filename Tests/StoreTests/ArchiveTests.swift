import Ambience
import Document
import Foundation
import OrderedCollections
import Secrets
import StackEngine
import TestSupport
import Testing

@testable import Store

extension JournalKind {
  static var stored: [JournalKind] { there.filter { $0 != .memory } }

  func makeStored(key: String = temporary()) async throws -> any StoredJournal {
    switch self {
    case .postgres: try await openPostgres(try PrivatePostgres.database(), key: key)
    case .memory, .sqlite: try SQLiteJournal(path: temporary())
    }
  }
}

@Suite("A store that is exported")
struct ArchiveTests {
  @Test(
    "is the same after its import, in each kind of store", arguments: JournalKind.stored, JournalKind.stored)
  func roundTrip(from: JournalKind, to: JournalKind) async throws {
    let old = try await from.makeStored()
    try await fill(old)
    let text = try await export(old, .passphrase(Secret("open sesame"), salt: "s", rounds: 10))
    #expect(!text.contains("hidden"))
    let new = try await to.makeStored()
    let count = try await StoreArchive.read(
      text, named: "f", into: new, passphrase: { Secret("open sesame") }, key: { nil })
    #expect(count == text.split(separator: "\n").count - 2)
    #expect(try await contents(of: new) == contents(of: old))
    // The history goes on where it was.
    #expect(try await new.append([.event(event("next"))]).first?.sequence == 4)
    #expect(try await new.append([.stack(Sample.head("third", "3"))]).isEmpty)
  }

  @Test("can be read with the key of its store alone, unless a passphrase was given")
  func keys() async throws {
    let old = try await JournalKind.sqlite.makeStored()
    try await fill(old)
    let text = try await export(old, .key)
    let new = try await JournalKind.sqlite.makeStored()
    try await refused(.wrongKey, text, into: new)
    _ = try await StoreArchive.read(
      text, named: "f", into: new, passphrase: { Secret("") }, key: { old.seal })
    #expect(try await contents(of: new) == contents(of: old))
    let other = try await export(old, .passphrase(Secret("right"), salt: "s", rounds: 10))
    try await refused(.wrongKey, other, into: try await JournalKind.sqlite.makeStored())
  }

  @Test("is refused when it isn't whole, and leaves nothing behind")
  func broken() async throws {
    let old = try await JournalKind.sqlite.makeStored()
    try await fill(old)
    let text = try await export(old, .passphrase(Secret("wrong"), salt: "s", rounds: 10))
    let lines = text.split(separator: "\n").map(String.init)
    let new = try await JournalKind.sqlite.makeStored()
    for bad in [
      "", "{}", "not JSON", lines.dropLast().joined(separator: "\n"),
      (lines.prefix(3) + lines.dropFirst(4)).joined(separator: "\n"),
      (lines.prefix(3) + [#"{"stack": {"name": 1}}"#] + lines.dropFirst(3)).joined(separator: "\n"),
      text + lines[1],
    ] {
      try await refused(.badArchive, bad, into: new)
    }
    #expect(try await new.stacks(includingDeleted: true).isEmpty)
    try await refused(.notEmpty, text, into: old)
  }

  private func refused(_ code: StoreError.Code, _ text: String, into journal: any StoredJournal) async throws
  {
    let error = await #expect(throws: StoreError.self) {
      try await StoreArchive.read(
        text, named: "f", into: journal, passphrase: { Secret("wrong") }, key: { nil })
    }
    #expect(error?.code == code, "\(error?.message ?? "")")
  }

  private func export(_ journal: any StoredJournal, _ sealing: StoreArchive.Sealing) async throws -> String {
    var lines: [String] = []
    let count = try await StoreArchive.write(journal, sealing: sealing) { lines.append($0) }
    #expect(count == lines.count - 2)
    return lines.joined(separator: "\n") + "\n"
  }

  private func fill(_ journal: any StoredJournal) async throws {
    let scope = StepScope(operation: "1", physicalName: "web-A", verb: "create")
    var gone = Sample.head("gone", "g")
    gone.status = .deleteComplete
    try await journal.append([.stack(gone), .event(event("bye", of: "g")), .stack(Sample.head("s", "s"))])
    var operation = Sample.operation("1")
    operation.phase = .succeeded
    let signal = Signal(id: "i", isSuccess: true, reason: "r", data: "d")
    try await journal.append([
      .resource(Sample.resource("A"), stack: "s"), .resource(Sample.resource("B"), stack: "s"),
      .operation(operation), .operation(Sample.operation("2")),
      .stepBegan(scope, key: "one"), .stepEnded(scope, StepEntry(key: "two", record: .done(["id": "x"]))),
      .signal(signal, logicalID: "A", stack: "s", time: Timestamp(milliseconds: 9)),
      .event(event("1")), .event(event("2\n3")), .event(event("4")),
      .changeSet(Sample.changeSet("c", of: "s")), .snapshot(Sample.snapshot("n", of: "s")),
      .note(Sample.note("first", line: 0)), .note(Sample.note("first", line: 1)),
    ])
  }

  /// All that can be read, as texts and records.
  private func contents(of journal: any StoredJournal) async throws -> [AnyHashable] {
    var all: [AnyHashable] = [try await journal.stacks(includingDeleted: true)]
    for id in ["s", "g"] {
      all.append(try await journal.stack(id: id))
      all.append(try await journal.operations(of: id))
      all.append(try await journal.events(of: id, since: 0, limit: 100))
      all.append(try await journal.snapshots(of: id))
      all.append(try await journal.signalEntries(of: id))
    }
    for operation in ["1", "2"] { all.append(try await journal.stepEntries(of: operation)) }
    all.append(try await journal.unfinishedOperations())
    all.append(try await journal.changeSets(of: nil))
    all.append(try await journal.notes(on: NotePage(book: "log", page: "first")))
    return all
  }
}

@Suite("Retention")
struct RetentionTests {
  @Test("drops deleted stacks and old operations, and nothing that is needed", arguments: JournalKind.stored)
  func waste(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    func operation(_ id: String, of stack: String, at time: Int64, isOver: Bool = true) -> OperationRecord {
      var record = OperationRecord(
        id: id, stack: StackIdentity(name: stack, id: stack), kind: .update, goal: nil, origin: nil,
        options: OperationOptions(), started: Timestamp(milliseconds: time))
      if isOver { (record.phase, record.ended) = (.succeeded, Timestamp(milliseconds: time + 1)) }
      return record
    }
    func happened(_ stack: String, at time: Int64) -> JournalEntry {
      .event(
        Event(
          sequence: 0, time: Timestamp(milliseconds: time), stack: StackIdentity(name: stack, id: stack),
          logicalID: nil, physicalID: nil, type: "t", status: "s", reason: ""))
    }
    var (oldDeleted, newDeleted) = (Sample.head("old", "old"), Sample.head("new", "new"))
    (oldDeleted.status, oldDeleted.updated) = (.deleteComplete, Timestamp(milliseconds: 50))
    (newDeleted.status, newDeleted.updated) = (.deleteComplete, Timestamp(milliseconds: 150))
    var resource = Sample.resource("A")
    resource.createdBy = "maker"
    let scope = StepScope(operation: "1", physicalName: "p", verb: "create")
    try await journal.append([
      .stack(oldDeleted), .operation(operation("x", of: "old", at: 40)), happened("old", at: 40),
      .stack(newDeleted), .operation(operation("y", of: "new", at: 140)), happened("new", at: 40),
      .stack(Sample.head("live", "live")), .resource(resource, stack: "live"),
      .operation(operation("maker", of: "live", at: 10)), happened("live", at: 10),
      .operation(operation("1", of: "live", at: 20)), happened("live", at: 20), .stepBegan(scope, key: "k"),
      .operation(operation("2", of: "live", at: 30)), happened("live", at: 30),
      .operation(operation("3", of: "live", at: 40)), happened("live", at: 40),
      .stack(Sample.head("quiet", "quiet")), happened("quiet", at: 1), happened("quiet", at: 2),
      .stack(Sample.head("busy", "busy")), happened("busy", at: 1), happened("busy", at: 2),
      .operation(operation("z", of: "busy", at: 1, isOver: false)),
      // Of a stack as it is, as it was, that is deleted, that isn't there yet and that is by now; and a young one.
      .changeSet(Sample.changeSet("can", of: "live", at: 10)),
      .changeSet(Sample.changeSet("cannot", of: "live", revision: 2, at: 10)),
      .changeSet(Sample.changeSet("over", of: "new", revision: 2, at: 10)),
      .changeSet(Sample.changeSet("first", of: "coming", revision: 0, kind: .create, at: 10)),
      .changeSet(Sample.changeSet("late", of: "quiet", revision: 0, kind: .create, at: 10)),
      .changeSet(Sample.changeSet("young", of: "live", revision: 2, at: 200)),
      .note(Sample.note("over", isSettled: true, at: 10)), .note(Sample.note("over", line: 1, at: 10)),
      .note(Sample.note("open", at: 10)), .note(Sample.note("recent", isSettled: true, at: 200)),
    ])
    let retention = Retention(limit: Timestamp(milliseconds: 100), operations: 2)
    let waste = try await retention.waste(in: journal)
    #expect(waste.stacks == ["old"])
    #expect(waste.operations == ["1"])
    #expect(waste.changeSets == ["cannot", "over", "late"])
    #expect(waste.pages == [NotePage(book: "log", page: "over")])
    #expect(waste.events == ["live": 2, "quiet": 1])
    try await journal.forget(waste)
    #expect(
      try await journal.stacks(includingDeleted: true).map(\.identity.id) == ["new", "live", "quiet", "busy"])
    #expect(try await journal.operation("x") == nil)
    #expect(try await journal.changeSets(of: nil).map(\.id) == ["can", "first", "young"])
    #expect(try await journal.pages(of: "log").map(\.page) == ["open", "recent"])
    #expect(try await journal.notes(on: NotePage(book: "log", page: "over")).isEmpty)
    #expect(try await journal.operations(of: "live").map(\.id) == ["maker", "2", "3"])
    #expect(try await journal.steps(of: scope).isEmpty)
    #expect(try await journal.events(of: "old", since: 0, limit: 9).isEmpty)
    #expect(try await journal.events(of: "live", since: 0, limit: 9).map(\.sequence) == [3, 4])
    #expect(try await retention.waste(in: journal).isEmpty)
    #expect(try await journal.append([happened("quiet", at: 200)]).first?.sequence == 3)
  }
}
