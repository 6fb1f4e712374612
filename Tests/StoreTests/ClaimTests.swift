import GRDB
import Testing

@testable import Store

@Suite("Claims on a stack")
struct ClaimTests {
  @Test("are refused to a second holder until released")
  func exclusive() async throws {
    let journal = try SQLiteJournal(path: temporary())
    #expect(try await journal.claim("s", by: "one"))
    #expect(try await journal.claim("s", by: "one"))
    #expect(try await !journal.claim("s", by: "two"))
    try await journal.release("s", by: "one")
    #expect(try await journal.claim("s", by: "two"))
  }

  @Test("of a process that is dead count no longer")
  func dead() async throws {
    let journal = try SQLiteJournal(path: temporary())
    #expect(try await journal.claim("s", by: "one"))
    try await journal.write { try $0.execute(sql: "UPDATE claim SET start = start + 1") }
    #expect(try await journal.claim("s", by: "two"))
  }

  @Test("this process is alive, one with its number that started earlier isn't")
  func alive() {
    let own = Holder.current()
    #expect(own.isAlive)
    #expect(!Holder(process: own.process, start: own.start - 1).isAlive)
    #expect(!Holder(process: Int32.max, start: 1).isAlive)
  }
}
