import Ambience
import GRDB
import StackEngine
import Testing

@testable import Store

@Suite("Older stores")
struct MigrationTests {
  @Test("a store of before events told their operation opens, with its events, and takes new ones")
  func events() async throws {
    let path = "/tmp/kiln-older-\(UInt64.random(in: .min ... .max)).sqlite"
    let stack = StackIdentity(name: "web", id: "1")
    func event(_ status: String, _ causes: [Cause] = []) -> Event {
      Event(
        sequence: 0, time: .init(milliseconds: 1000), stack: stack, logicalID: "A", physicalID: nil,
        type: "T", status: status, reason: "", operation: "o", causes: causes)
    }
    do {
      let journal = try SQLiteJournal(path: path)
      _ = try await journal.append([.event(event("CREATE_IN_PROGRESS"))])
      try await journal.write {
        try $0.execute(
          sql: """
            ALTER TABLE event DROP COLUMN operation; ALTER TABLE event DROP COLUMN causes;
            DELETE FROM grdb_migrations WHERE identifier <> '1';
            """)
      }
    }
    let journal = try SQLiteJournal(path: path)
    let causes: [Cause] = [.step("thing", verb: "create"), .resource("B")]
    _ = try await journal.append([.event(event("CREATE_FAILED", causes))])
    let events = try await journal.events(of: "1", since: 0, limit: 10)
    #expect(events.map(\.status) == ["CREATE_IN_PROGRESS", "CREATE_FAILED"])
    #expect(events.map(\.operation) == [nil, "o"])
    #expect(events.map(\.causes) == [[], causes])
  }
}
