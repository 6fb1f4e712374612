import Document
import Foundation
import GRDB
import OrderedCollections
import StackEngine
import Templates
import Testing

@testable import Store

@Suite("A SQLite store of an older kiln")
struct MigrationTests {
  /// The tables as kiln 0.1 made them before there were leases.
  private static let first = """
    CREATE TABLE grdb_migrations(identifier TEXT NOT NULL PRIMARY KEY);
    INSERT INTO grdb_migrations VALUES ('1');
    CREATE TABLE stack(
      ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
      status TEXT NOT NULL, record TEXT NOT NULL);
    CREATE UNIQUE INDEX stackByName ON stack(name) WHERE status <> 'DELETE_COMPLETE';
    CREATE TABLE resource(
      ordinal INTEGER PRIMARY KEY, stack TEXT NOT NULL, physicalName TEXT NOT NULL,
      record TEXT NOT NULL, UNIQUE(stack, physicalName));
    CREATE TABLE operation(
      ordinal INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, stack TEXT NOT NULL,
      isUnfinished INTEGER NOT NULL, record TEXT NOT NULL);
    CREATE INDEX operationByStack ON operation(stack);
    CREATE INDEX operationUnfinished ON operation(ordinal) WHERE isUnfinished;
    CREATE TABLE event(
      stack TEXT NOT NULL, sequence INTEGER NOT NULL, time INTEGER NOT NULL, name TEXT NOT NULL,
      logicalID TEXT, physicalID TEXT, type TEXT NOT NULL, status TEXT NOT NULL,
      reason TEXT NOT NULL, PRIMARY KEY(stack, sequence)) WITHOUT ROWID;
    CREATE TABLE step(
      ordinal INTEGER PRIMARY KEY, operation TEXT NOT NULL, physicalName TEXT NOT NULL,
      verb TEXT NOT NULL, key TEXT NOT NULL, result TEXT,
      UNIQUE(operation, physicalName, verb, key));
    CREATE TABLE signal(
      ordinal INTEGER PRIMARY KEY, stack TEXT NOT NULL, logicalID TEXT NOT NULL, id TEXT NOT NULL,
      isSuccess INTEGER NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL, time INTEGER NOT NULL,
      UNIQUE(stack, logicalID, id));
    CREATE TABLE claim(
      stack TEXT PRIMARY KEY, holder TEXT NOT NULL, process INTEGER NOT NULL,
      start INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO stack(id, name, status, record) VALUES ('s', 'web', 'CREATE_COMPLETE',
      '{"name":"web","id":"s","status":"CREATE_COMPLETE","reason":"","description":null,"blueprint":{"name":"t",
        "text":"Resources: {}","parameters":{"open":{"Size":1},"sealed":{},"order":["Size"]}},"stable":null,"outputs":{},"created":1,
        "updated":2,"revision":3}');
    INSERT INTO resource(stack, physicalName, record) VALUES ('s', 'web-Disk-1',
      '{"logicalID":"Disk","type":"Test::Disk","physicalName":"web-Disk-1","status":"CREATE_COMPLETE","reason":"",
        "properties":{"open":{"Zone":"nova","Size":1},"sealed":{},"order":["Size","Zone"]},"dependencies":[],
        "deletionPolicy":"Retain","updateReplacePolicy":"Delete","createdBy":"o","isSuperseded":false,"updated":3,
        "physical":{"id":"disk-1","reference":"disk-1","notes":{},
          "attributes":{"open":{},"sealed":{},"order":[]}}}');
    INSERT INTO event VALUES ('s', 1, 5, 'web', NULL, 's', 't', 'CREATE_COMPLETE', '');
    INSERT INTO step(operation, physicalName, verb, key, result) VALUES ('o', 'p', 'create', 'k', '"x"');
    """

  @Test("is brought up to date with all that it has")
  func contents() async throws {
    let journal = try SQLiteJournal(path: try old())
    let stack = try #require(try await journal.stack(named: "web"))
    #expect(stack.status == .createComplete)
    #expect(stack.head.revision == 3)
    #expect(stack.head.blueprint.parameters["Size"] == 1)
    let disk = try #require(stack.resources["Disk"])
    #expect(Array(disk.properties.values.keys) == ["Size", "Zone"])
    #expect(disk.deletionPolicy == .retain && disk.updateReplacePolicy == .delete && !disk.isSuperseded)
    #expect(disk.physical == PhysicalResource(id: "disk-1"))
    #expect(try await journal.resource("Disk", ofStackNamed: "web")?.resource == disk)
    #expect(try await journal.events(of: "s", since: 0, limit: 9).map(\.sequence) == [1])
    #expect(try await journal.append([.event(event("2"))]).first?.sequence == 2)
    let causes: [Cause] = [.step("thing", verb: "create"), .resource("B")]
    try await journal.append([.event(event("CREATE_FAILED", operation: "o", causes: causes))])
    let events = try await journal.events(of: "s", since: 0, limit: 9)
    #expect(events.map(\.operation) == [nil, nil, "o"])
    #expect(events.map(\.causes) == [[], [], causes])
    let steps = try await journal.steps(of: StepScope(operation: "o", physicalName: "p", verb: "create"))
    #expect(steps == [StepEntry(key: "k", record: .done("x"))])
    let lease = try #require(try await journal.claim("s", by: "one"))
    try await journal.append([.event(event("3"))], under: lease)
    #expect(try await journal.changeSets(of: nil).isEmpty)
    try await journal.append([.changeSet(Sample.changeSet("c", of: "s"))])
    #expect(try await journal.changeSets(of: "s").map(\.name) == ["c"])
    #expect(try await journal.snapshots(of: "s").isEmpty)
    try await journal.append([.snapshot(Sample.snapshot("n", of: "s"))])
    #expect(try await journal.snapshots(of: "s").map(\.name) == ["n"])
  }

  @Test("keeps the claims of processes that live, which don't renew them, and no others")
  func claims() async throws {
    let own = Holder.current()
    let journal = try SQLiteJournal(
      path: try old(
        """
        INSERT INTO claim VALUES ('live', 'one', \(own.process), \(own.start));
        INSERT INTO claim VALUES ('dead', 'one', \(own.process), \(own.start - 1));
        """), leaseTerm: .seconds(1), uptime: { Holder.timeSinceBoot() + .seconds(86_400) })
    #expect(try await journal.claim("live", by: "two") == nil)
    #expect(try await journal.claim("dead", by: "two") != nil)
  }

  private func old(_ more: String = "") throws -> String {
    let path = temporary()
    try (String(repeating: "2", count: 64) + "\n").write(
      toFile: path + ".key", atomically: true, encoding: .utf8)
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: Self.first + more) }
    try queue.close()
    return path
  }
}
