import Ambience
import Document
import GRDB
import Glibc
import StackEngine
import Testing

@testable import Store

@Suite("The store's files")
struct FileTests {
  @Test("a store and its key can be read by their owner alone, and open again")
  func modes() async throws {
    let path = temporary()
    for _ in 0..<2 {
      let journal = try SQLiteJournal(path: path)
      #expect(try await journal.stacks(includingDeleted: true).isEmpty)
    }
    for file in [path, path + ".key"] {
      var status = stat()
      #expect(stat(file, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test(
    "what an act or an answer follows is synced before it is told to be kept; what may wait for the next isn't"
  )
  func durability() async throws {
    let journal = try SQLiteJournal(path: temporary())
    func level() async throws -> Int? {
      try await journal.database.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") }
    }
    let note = JournalEntry.note(
      Note(
        book: "book", page: "page", line: 0, time: Timestamp(milliseconds: 0), isSettled: false, record: .null
      ))
    let scope = StepScope(operation: "operation", physicalName: "name", verb: "create")
    // 2 is FULL, 1 NORMAL (SQLite: PRAGMA synchronous): then only checkpoints are synced.
    #expect(try await level() == 2)
    try await journal.append([.stepEnded(scope, StepEntry(key: "key", record: .done(true)))])
    #expect(try await level() == 1)
    try await journal.append([.stepBegan(scope, key: "next")])
    #expect(try await level() == 2)
    let leases = try await journal.claim(["stack"], by: "holder")
    #expect(try await level() == 1)
    try await journal.append([note], under: leases.first)
    #expect(try await level() == 2)
    for (action, expected) in [(ResourceAction.softReboot, 1), (.drain, 2)] {
      // What follows the first is a step; the second's request is none.
      let record = OperationRecord(
        id: "operation", stack: StackIdentity(name: "web", id: "stack"), kind: .act, goal: nil, origin: nil,
        options: OperationOptions(), action: action, target: "Web", reason: "",
        started: Timestamp(milliseconds: 0))
      try await journal.append([.operation(record)], under: leases.first)
      #expect(try await level() == expected)
    }
  }

  @Test("many may make a new store at once")
  func race() async throws {
    let path = temporary()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          let journal = try SQLiteJournal(path: path)
          #expect(try await journal.stacks(includingDeleted: true).isEmpty)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("a store whose making was cut off after its key opens with that key")
  func cutOff() throws {
    let path = temporary()
    let file = try #require(fopen(path + ".key", "w"))
    fputs(String(repeating: "1", count: 64) + "\n", file)
    fclose(file)
    _ = try SQLiteJournal(path: path)
    let again = try #require(fopen(path + ".key", "r"))
    defer { fclose(again) }
    #expect(fgetc(again) == 0x31)
  }

  @Test("a file that is no database is told as damaged")
  func damaged() throws {
    let path = temporary()
    let file = try #require(fopen(path, "w"))
    fputs(String(repeating: "this is not a database ", count: 100), file)
    fclose(file)
    let error = #expect(throws: StoreError.self) { try SQLiteJournal(path: path) }
    #expect(error?.code == .damaged)
  }

  @Test("a store whose key is gone isn't given a new one")
  func lostKey() throws {
    let path = temporary()
    _ = try SQLiteJournal(path: path)
    unlink(path + ".key")
    let error = #expect(throws: StoreError.self) { try SQLiteJournal(path: path) }
    #expect(error?.code == .wrongKey)
  }
}

func temporary() -> String { "/tmp/kiln-store-\(UInt64.random(in: .min ... .max)).db" }
