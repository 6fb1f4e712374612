import Ambience
import Foundation
import Glibc
import StackEngine
import TestSupport
import Testing

@testable import Store

@Suite(
  "A store in PostgreSQL",
  .enabled(if: PrivatePostgres.isInstalled, "PostgreSQL isn't installed: scripts/setup test"))
struct PostgresTests {
  @Test("is made once, however many open it first")
  func race() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let journal = try await openPostgres(address, key: key)
          #expect(try await journal.stacks(includingDeleted: true).isEmpty)
        }
      }
      try await group.waitForAll()
    }
  }

  @Test("seals secrets, and tells at once of a wrong or a missing key")
  func keys() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    try await openPostgres(address, key: key).append([.stack(Sample.head("s", "s"))])
    let journal = try await openPostgres(address, key: key)
    #expect(try await journal.stack(named: "s")?.head == Sample.head("s", "s"))
    let record = try await journal.read { try $0.rows("SELECT record FROM stack")[0].text(0) }
    #expect(!record.contains("hidden"))
    let missing = await #expect(throws: StoreError.self) { try await openPostgres(address, key: temporary()) }
    #expect(missing?.code == .wrongKey)
    let other = temporary()
    try (String(repeating: "1", count: 64) + "\n").write(toFile: other, atomically: true, encoding: .utf8)
    let wrong = await #expect(throws: StoreError.self) { try await openPostgres(address, key: other) }
    #expect(wrong?.code == .wrongKey)
    #expect(wrong?.message.contains(other) ?? false)
  }

  @Test("of a newer kiln isn't touched")
  func tooNew() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    let journal = try await openPostgres(address, key: key)
    try await journal.writer.transaction { try PostgresSchema.set("schema", "99", $0) }
    let error = await #expect(throws: StoreError.self) { try await openPostgres(address, key: key) }
    #expect(error?.code == .tooNew)
  }

  @Test("that can't be reached says why, without the password")
  func unreachable() async throws {
    let address = "postgres://kiln:geheim@localhost:1/db?password=geheim&connect_timeout=2"
    let error = await #expect(throws: StoreError.self) { try await openPostgres(address) }
    #expect(error?.code == .unusable)
    #expect(
      error?.message.hasPrefix("postgres://kiln@localhost:1/db?connect_timeout=2 can't be reached") ?? false)
    #expect(!"\(String(describing: error))".contains("geheim"))
  }

  @Test("takes a lease over at once when its holder's connection is gone")
  func deadHolder() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    var first: PostgresJournal? = try await openPostgres(address, key: key)
    let second = try await openPostgres(address, key: key)
    let lease = try #require(try await first?.claim("s", by: "one"))
    #expect(try await second.claim("s", by: "two") == nil)
    first = nil
    var taken: Lease?
    for _ in 0..<50 where taken == nil {
      taken = try await second.claim("s", by: "two")
      if taken == nil { try await Task.sleep(for: .milliseconds(20)) }
    }
    #expect(try #require(taken).token > lease.token)
  }

  @Test("goes on when the server has dropped all connections")
  func dropped() async throws {
    let journal = try await openPostgres(try PrivatePostgres.database())
    try await journal.append([.stack(Sample.head("s", "s")), .event(event("1"))])
    for number in 2...6 {
      try await cut(journal.address)
      try await journal.append([.event(event(String(number)))])
      #expect(try await journal.events(of: "s", since: 0, limit: 9).count == number)
    }
  }

  /// Has the server end all connections to a database.
  private func cut(_ address: PostgresAddress) async throws {
    let session = try PostgresSession(address, greeting: "SELECT 1")
    _ = try await session.read {
      try $0.rows(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
          + "WHERE datname = current_database() AND pid <> pg_backend_pid()"
      ).count
    }
  }

  @Test("tells other processes what is committed")
  func news() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    let (writer, reader) = (
      try await openPostgres(address, key: key), try await openPostgres(address, key: key)
    )
    var news = try #require(try await reader.news()).makeAsyncIterator()
    var own = try #require(try await writer.news()).makeAsyncIterator()
    #expect(await news.next() == .unknown)
    #expect(await own.next() == .unknown)
    try await writer.append([.event(event("1")), .event(event("2", of: "t"))])
    #expect(Set([await news.next(), await news.next()]) == [.of(stack: "s"), .of(stack: "t")])
    try await reader.append([.event(event("3", of: "u"))])
    // What the writer itself has told isn't news to it.
    #expect(await own.next() == .of(stack: "u"))
  }

  @Test("wakes those at once who follow a stack's events in another process")
  func follow() async throws {
    let (address, key) = (try PrivatePostgres.database(), temporary())
    let writer = try await openPostgres(address, key: key)
    let reader = try await openPostgres(address, key: key)
    try await writer.append([.stack(Sample.head("s", "s")), .event(event("1"))])
    let engine = Engine(catalog: ResourceCatalog([]), journal: reader, ambient: Ambient.system())
    let stream = try await engine.follow("s")
    let reading = Task<ContinuousClock.Instant?, any Error> {
      for try await event in stream where event.reason == "3" { return ContinuousClock.now }
      return nil
    }
    try await Task.sleep(for: .milliseconds(500))
    try await writer.append([.event(event("2"))])
    try await Task.sleep(for: .milliseconds(500))
    let start = ContinuousClock.now
    try await writer.append([.event(event("3"))])
    // Who listens looks by himself every thirty seconds only.
    #expect(try #require(try await reading.value) - start < .seconds(5))
  }
}
