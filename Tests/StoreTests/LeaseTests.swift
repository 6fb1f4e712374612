import Ambience
import GRDB
import StackEngine
import Synchronization
import Testing

@testable import Store

@Suite("Leases in a SQLite store")
struct LeaseTests {
  /// A clock that is set by hand.
  private final class Clock: Sendable {
    private let time = Mutex(Duration.zero)
    var now: @Sendable () -> Duration { { self.time.withLock { $0 } } }
    func pass(_ span: Duration) { time.withLock { $0 += span } }
  }

  @Test("are refused while one holds, and given anew with a greater token")
  func exclusive() async throws {
    let journal = try SQLiteJournal(path: temporary())
    let first = try #require(try await journal.claim("s", by: "one"))
    #expect(try await journal.claim("s", by: "one") == nil)
    #expect(try await journal.claim("s", by: "two") == nil)
    try await journal.release(first)
    let second = try #require(try await journal.claim("s", by: "two"))
    #expect(second.token > first.token)
  }

  @Test("of a process that is dead hold no longer")
  func dead() async throws {
    let journal = try SQLiteJournal(path: temporary())
    _ = try #require(try await journal.claim("s", by: "one"))
    try await journal.write { try $0.execute(sql: "UPDATE lease SET start = start + 1") }
    #expect(try await journal.claim("s", by: "two") != nil)
  }

  @Test("hold as long as they are renewed, and until somebody takes them over")
  func expiry() async throws {
    let clock = Clock()
    let journal = try SQLiteJournal(path: temporary(), leaseTerm: .seconds(10), uptime: clock.now)
    let first = try #require(try await journal.claim("s", by: "one"))
    clock.pass(.seconds(9))
    #expect(try await journal.renew([first]).isEmpty)
    clock.pass(.seconds(9))
    #expect(try await journal.claim("s", by: "two") == nil)
    clock.pass(.seconds(2))
    // Late, but nobody has wanted it.
    #expect(try await journal.renew([first]).isEmpty)
    clock.pass(.seconds(10))
    let second = try #require(try await journal.claim("s", by: "two"))
    #expect(try await journal.renew([first, second]) == [first])
    try await journal.release(first)
    #expect(try await journal.renew([second]).isEmpty)
  }

  @Test("that were claimed together are renewed together, but those of them that are lost")
  func together() async throws {
    let journal = try SQLiteJournal(path: temporary())
    let leases = try await journal.claim(["a", "b", "c", "d"], by: "one")
    let other = try await journal.claim(["x"], by: "two")
    let last = try await journal.claim(["e"], by: "one")
    let all = leases + last
    #expect(try await journal.renew(all.reversed()).isEmpty)
    try await journal.release([leases[1]] + last)
    _ = try await journal.claim(["b"], by: "two")
    #expect(try await journal.renew(all) == [leases[1], last[0]])
    #expect(try await journal.renew(other).isEmpty)
  }

  @Test("that were taken over keep nothing, and nothing else from being kept")
  func fencing() async throws {
    let clock = Clock()
    let journal = try SQLiteJournal(path: temporary(), leaseTerm: .seconds(10), uptime: clock.now)
    let first = try #require(try await journal.claim("s", by: "one"))
    try await journal.append([.event(event("first"))], under: first)
    clock.pass(.seconds(11))
    try await journal.append([.event(event("late"))], under: first)
    let second = try #require(try await journal.claim("s", by: "two"))
    // At once, so that they are committed together.
    async let refused = loss { try await journal.append([.event(event("refused"))], under: first) }
    async let kept = journal.append([.event(event("second"))], under: second)
    async let anybody = journal.append([.event(event("anybody"))])
    #expect(try await refused == LeaseLost(first))
    _ = try await (kept, anybody)
    let told = try await journal.events(of: "s", since: 0, limit: 10)
    #expect(told.map(\.sequence) == [1, 2, 3, 4])
    #expect(Set(told.map(\.reason)) == ["first", "late", "second", "anybody"])
    #expect(told.prefix(2).map(\.reason) == ["first", "late"])
  }

  private func loss(_ body: @Sendable () async throws -> [Event]) async throws -> LeaseLost? {
    do { _ = try await body() } catch let lost as LeaseLost { return lost }
    return nil
  }

  @Test("this process is alive, one with its number that started earlier isn't")
  func alive() {
    let own = Holder.current()
    #expect(own.isAlive)
    #expect(!Holder(process: own.process, start: own.start - 1).isAlive)
    #expect(!Holder(process: Int32.max, start: 1).isAlive)
  }
}

/// An event of a stack with a reason.
func event(
  _ reason: String, of stack: String = "s", operation: String? = nil, causes: [Cause] = []
) -> Event {
  Event(
    sequence: 0, time: Timestamp(milliseconds: 1), stack: StackIdentity(name: stack, id: stack),
    logicalID: nil, physicalID: nil, type: "t", status: "CREATE_COMPLETE", reason: reason,
    operation: operation, causes: causes)
}
