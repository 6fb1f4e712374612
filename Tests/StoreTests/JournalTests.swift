import Ambience
import Document
import Foundation
import OrderedCollections
import Secrets
import StackEngine
import Templates
import TestSupport
import Testing

@testable import Store

/// A kind of journal that the tests can make.
enum JournalKind: CaseIterable, CustomTestStringConvertible {
  case memory, sqlite, postgres

  var testDescription: String { "\(self)" }

  static var there: [JournalKind] { allCases.filter { $0 != .postgres || PrivatePostgres.isInstalled } }

  /// A new, empty journal.
  func make(leaseTerm term: Duration = .seconds(15)) async throws -> any Journal {
    switch self {
    case .memory: MemoryJournal(leaseTerm: term, uptime: Holder.timeSinceBoot)
    case .sqlite: try SQLiteJournal(path: temporary(), leaseTerm: term)
    case .postgres: try await openPostgres(try PrivatePostgres.database(), leaseTerm: term)
    }
  }
}

func openPostgres(
  _ address: String, key: String = temporary(), leaseTerm: Duration = .seconds(15)
) async throws -> PostgresJournal {
  let address = try #require(PostgresAddress(address))
  return try await PostgresJournal.open(address, keyFile: key, leaseTerm: leaseTerm)
}

@Suite("Every journal")
struct JournalTests {
  @Test(
    "keeps a stack with its resources in order, and gives it back as it was", arguments: JournalKind.there)
  func stacks(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let head = Sample.head("web", "w")
    var resources = ["B", "A", "C"].map { Sample.resource($0) }
    try await journal.append([.stack(head)] + resources.map { .resource($0, stack: "w") })
    var other = Sample.head("other", "o")
    other.stable = Blueprint(
      templateName: "t.yaml", templateText: "Resources: {A: {}}", parameters: Properties())
    try await journal.append([.stack(other)])
    #expect(try await journal.head(id: "o") == other)
    resources[1].status = .updateComplete
    var old = Sample.resource("A", physicalName: "old")
    old.isSuperseded = true
    try await journal.append([
      .resource(resources[1], stack: "w"), .removal(physicalName: "web-C", stack: "w"),
      .resource(old, stack: "w"),
    ])
    let stack = try #require(try await journal.stack(named: "web"))
    #expect(stack.head == head)
    #expect(stack.resources.keys == ["B", "A"])
    #expect(stack.resources["A"] == resources[1])
    #expect(stack.superseded == [old])
    #expect(try await journal.stack(id: "w") == stack)
    try await journal.append([.stack(Sample.head("renamed", "w"))])
    #expect(try await journal.stack(named: "renamed")?.resources == stack.resources)
    #expect(try await journal.stack(named: "web") == nil)
    try await journal.append([.stack(head)])
    #expect(try await journal.stack(named: "nothing") == nil)
    #expect(try await journal.stack(id: "nothing") == nil)
    let heads = try await journal.stacks(includingDeleted: false)
    #expect(heads.map(\.identity.id) == ["w", "o"])
    #expect(try await journal.summaries(includingDeleted: false) == heads.map(StackSummary.init))
  }

  @Test("gives one resource back as the whole stack has it", arguments: JournalKind.there)
  func oneResource(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let head = Sample.head("web", "w")
    var old = Sample.resource("A", physicalName: "old")
    old.isSuperseded = true
    let names = ["A", "B", #"say "hé""#, "AB"]
    try await journal.append(
      [.stack(head), .resource(old, stack: "w")]
        + names.map { .resource(Sample.resource($0), stack: "w") })
    try await journal.append([.stack(Sample.head("other", "o")), .resource(Sample.resource("Z"), stack: "o")])
    let stack = try #require(try await journal.stack(named: "web"))
    for name in names {
      let found = try #require(try await journal.resource(name, ofStackNamed: "web"))
      #expect(found.stack == head)
      #expect(found.resource == stack.resources[name])
    }
    let other = try #require(try await journal.resource("Z", ofStackNamed: "web"))
    #expect(other.stack == head && other.resource == nil)
    #expect(try await journal.resource("A", ofStackNamed: "nothing") == nil)
    let byID = try #require(try await journal.resource("A", ofStack: other.stack.identity.id))
    #expect(byID.stack == other.stack)
    #expect(byID.resource?.logicalID == "A")
    #expect(try await journal.resource("A", ofStack: "nothing") == nil)
    // One that was renamed is found by its new name only.
    var renamed = Sample.resource("B")
    renamed.logicalID = "C"
    try await journal.append([.resource(renamed, stack: "w")])
    #expect(try await journal.resource("B", ofStack: "w")?.resource == nil)
    #expect(try await journal.resource("C", ofStack: "w")?.resource == renamed)
  }

  @Test("finds a resource that an older kiln writes, which still runs", arguments: JournalKind.stored)
  func olderWriter(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    let resource = Sample.resource("A")
    try await journal.append([.stack(Sample.head("web", "w")), .resource(resource, stack: "w")])
    try await Texts.run(
      "UPDATE resource SET \(kind == .postgres ? "logical_id" : "logicalID") = NULL", journal)
    #expect(try await journal.resource("A", ofStackNamed: "web")?.resource == resource)
    try await journal.append([.resource(resource, stack: "w")])
    #expect(try await journal.resource("A", ofStackNamed: "web")?.resource == resource)
  }

  @Test("gives the name of a deleted stack free, and shows it when asked to", arguments: JournalKind.there)
  func deleted(kind: JournalKind) async throws {
    let journal = try await kind.make()
    var first = Sample.head("web", "1")
    first.status = .deleteComplete
    try await journal.append([.stack(Sample.head("web", "1"))])
    try await journal.append([.stack(first)])
    try await journal.append([.stack(Sample.head("web", "2"))])
    #expect(try await journal.stack(named: "web")?.identity.id == "2")
    #expect(try await journal.stacks(includingDeleted: false).map(\.identity.id) == ["2"])
    #expect(try await journal.stacks(includingDeleted: true).map(\.identity.id) == ["1", "2"])
  }

  @Test(
    "keeps change sets by their owner, the first of a name, and forgets them", arguments: JournalKind.there)
  func changeSets(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let (one, two) = (Sample.changeSet("1", of: "s"), Sample.changeSet("2", of: "t", kind: .create))
    try await journal.append([.changeSet(one), .changeSet(two)])
    let namesake = ChangeSetRecord(
      id: "3", name: "1", kind: .update, stack: one.stack, revision: 9, goal: Sample.blueprint,
      description: nil, created: Timestamp(milliseconds: 8))
    try await journal.append([.changeSet(namesake)])
    #expect(try await journal.changeSets(of: nil) == [one, two])
    #expect(try await journal.changeSets(of: "s") == [one])
    #expect(try await journal.changeSets(of: "new/t") == [two])
    #expect(try await journal.changeSets(of: "t").isEmpty)
    try await journal.append([.changeSetRemoval(id: "1"), .changeSet(namesake)])
    #expect(try await journal.changeSets(of: "s") == [namesake])
  }

  @Test("keeps snapshots by their stack, as they are last, and forgets them", arguments: JournalKind.there)
  func snapshots(kind: JournalKind) async throws {
    let journal = try await kind.make()
    var (one, two) = (Sample.snapshot("1", of: "s"), Sample.snapshot("2", of: "s"))
    try await journal.append([.snapshot(one), .snapshot(Sample.snapshot("3", of: "t"))])
    try await journal.append([.snapshot(two)])
    one.status = .complete
    one.contents["A"] = ["volume": "v"]
    two.contents = [:]
    try await journal.append([.snapshot(one), .snapshot(two)])
    #expect(try await journal.snapshots(of: "s") == [one, two])
    try await journal.append([.snapshotRemoval(id: "1")])
    #expect(try await journal.snapshots(of: "s") == [two])
    #expect(try await journal.snapshots(of: "t").map(\.name) == ["3"])
    #expect(try await journal.snapshots(of: "u").isEmpty)
    var operation = Sample.operation("o")
    operation.snapshot = SnapshotReference(id: "1", name: "first")
    try await journal.append([.operation(operation)])
    #expect(try await journal.operation("o")?.snapshot == operation.snapshot)
  }

  @Test("keeps operations, and knows the unfinished ones", arguments: JournalKind.there)
  func operations(kind: JournalKind) async throws {
    let journal = try await kind.make()
    var (first, second) = (Sample.operation("1"), Sample.operation("2"))
    try await journal.append([.stack(Sample.head("s", "s")), .operation(first)])
    first.phase = .succeeded
    first.ended = Timestamp(milliseconds: 5)
    try await journal.append([.operation(first), .operation(second)])
    second.phase = .rollback
    try await journal.append([.operation(second)])
    #expect(try await journal.operations(of: "s") == [first, second])
    #expect(try await journal.operations(of: "s", last: 1) == [second])
    #expect(try await journal.unfinishedOperations() == [second])
    #expect(try await journal.operation("1") == first)
    #expect(try await journal.operation("3") == nil)
  }

  @Test("numbers events by stack without a hole, however many write at once", arguments: JournalKind.there)
  func events(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let texts = [#"it's "quoted" \ {a,b}"#, "ünïcödé 🦉", "", "NULL", "two\nlines"]
    try await journal.append([.stack(Sample.head("s", "s")), .stack(Sample.head("t", "t"))])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for text in texts {
        for stack in ["s", "t"] {
          group.addTask {
            for _ in 0..<20 {
              let kept = try await journal.append([
                .event(event(text, of: stack)), .event(event(text, of: stack)),
              ])
              #expect(kept.count == 2 && kept[1].sequence == kept[0].sequence + 1)
            }
          }
        }
      }
      try await group.waitForAll()
    }
    for stack in ["s", "t"] {
      let all = try await journal.events(of: stack, since: 0, limit: 1000)
      #expect(all.map(\.sequence) == Array(1...200))
      #expect(Set(all.map(\.reason)) == Set(texts))
    }
    #expect(try await journal.events(of: "s", since: 197, limit: 2).map(\.sequence) == [198, 199])
    #expect(try await journal.events(of: "s", since: 200, limit: 2).isEmpty)
  }

  @Test("keeps steps and signals", arguments: JournalKind.there)
  func steps(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let scope = StepScope(operation: "o", physicalName: "p", verb: "create")
    try await journal.append([.stack(Sample.head("s", "s")), .stepBegan(scope, key: "one")])
    try await journal.append([
      .stepBegan(scope, key: "two"), .stepEnded(scope, .init(key: "two", record: .done("x"))),
    ])
    try await journal.append([.stepBegan(scope, key: "two")])
    let entries = try await journal.steps(of: scope)
    #expect(entries.map(\.key) == ["one", "two"])
    if kind != .memory { #expect(entries.map(\.record) == [.interrupted, .done("x")]) }
    for (id, data) in [("a", "1"), ("b", "2"), ("a", "3")] {
      let signal = Signal(id: id, isSuccess: data != "2", reason: "r", data: data)
      try await journal.append([.signal(signal, logicalID: "W", stack: "s", time: Timestamp(milliseconds: 1))]
      )
    }
    let signals = try await journal.signals(to: "W", of: "s")
    #expect(signals.map(\.data) == ["3", "2"])
    #expect(signals.map(\.isSuccess) == [true, false])
  }

  @Test("gives those of many leases that are free, and takes them back at once", arguments: JournalKind.there)
  func manyLeases(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let held = try #require(try await journal.claim("b", by: "one"))
    let leases = try await journal.claim(["c", "b", "a"], by: "two")
    #expect(leases.map(\.stack) == ["c", "a"])
    #expect(Set(leases.map(\.token)).count == 2)
    #expect(try await journal.claim([], by: "two").isEmpty)
    try await journal.release(leases + [held])
    #expect(try await journal.claim(["a", "b", "c"], by: "three").map(\.stack) == ["a", "b", "c"])
  }

  @Test(
    "gives one lease of a stack, takes it over once its time is up, and then refuses the old holder",
    arguments: JournalKind.there)
  func leases(kind: JournalKind) async throws {
    let journal = try await kind.make(leaseTerm: .milliseconds(1500))
    try await journal.append([.stack(Sample.head("s", "s"))])
    let first = try #require(try await journal.claim("s", by: "one"))
    #expect(try await journal.claim("s", by: "two") == nil)
    #expect(try await journal.claim("s", by: "one") == nil)
    try await Task.sleep(for: .milliseconds(1600))
    #expect(try await journal.renew([first]).isEmpty)
    #expect(try await journal.claim("s", by: "two") == nil)
    try await journal.append([.event(event("1"))], under: first)
    try await Task.sleep(for: .milliseconds(1600))
    let second = try #require(try await journal.claim("s", by: "two"))
    #expect(second.token > first.token)
    await #expect(throws: LeaseLost(first)) { try await journal.append([.event(event("2"))], under: first) }
    try await journal.append([.event(event("3"))], under: second)
    #expect(try await journal.renew([first, second]) == [first])
    try await journal.release(first)
    try await journal.append([.event(event("4"))], under: second)
    try await journal.release(second)
    await #expect(throws: LeaseLost.self) { try await journal.append([.event(event("5"))], under: second) }
    #expect(try await journal.claim("s", by: "three") != nil)
    #expect(try await journal.events(of: "s", since: 0, limit: 9).map(\.reason) == ["1", "3", "4"])
  }

  @Test("refuses a second stack of a name with all that comes with it", arguments: JournalKind.there)
  func names(kind: JournalKind) async throws {
    let journal = try await kind.make()
    var first = Sample.head("web", "1")
    try await journal.append([.stack(first)])
    await #expect(throws: NameTaken.self) {
      try await journal.append([
        .stack(Sample.head("other", "2")), .stack(Sample.head("web", "3")),
      ])
    }
    #expect(try await journal.stacks(includingDeleted: true) == [first])
    first.status = .deleteComplete
    try await journal.append([.stack(first), .stack(Sample.head("web", "3"))])
    #expect(try await journal.stack(named: "web")?.identity.id == "3")
    var renamed = Sample.head("web", "3")
    renamed.identity = StackIdentity(name: "shop", id: "3")
    try await journal.append([.stack(renamed), .stack(Sample.head("web", "4"))])
    #expect(try await journal.stack(named: "web")?.identity.id == "4")
  }

  @Test(
    "keeps what can be kept when another's part of the same transaction can't",
    arguments: JournalKind.stored)
  func conflict(kind: JournalKind) async throws {
    let journal = try await kind.make()
    try await journal.append([.stack(Sample.head("web", "1"))])
    let outcomes = await withTaskGroup(of: Bool.self) { group in
      for number in 2..<30 {
        group.addTask {
          let name = number % 7 == 0 ? "web" : "web\(number)"
          return (try? await journal.append([.stack(Sample.head(name, String(number)))])) != nil
        }
      }
      return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
    }
    #expect(outcomes == 24)
    #expect(try await journal.stacks(includingDeleted: false).count == 25)
  }
}

/// Records to keep.
enum Sample {
  static func changeSet(
    _ id: String, of stack: String, revision: Int = 3, kind: ChangeSetRecord.Kind = .update,
    at time: Int64 = 7
  ) -> ChangeSetRecord {
    var record = ChangeSetRecord(
      id: id, name: id, kind: kind, stack: StackIdentity(name: stack, id: stack), revision: revision,
      goal: blueprint, description: "why", created: Timestamp(milliseconds: time))
    record.imports = ["A": "a"]
    record.refreshes = true
    record.shown = ["steps": [["logicalID": "A"]]]
    record.lines = ["+ A", "Plan: 1 to create."]
    return record
  }

  static func snapshot(_ id: String, of stack: String) -> SnapshotRecord {
    var record = SnapshotRecord(
      id: id, name: id, stack: StackIdentity(name: stack, id: stack), operation: "o", reason: "r",
      created: Timestamp(milliseconds: 7), blueprint: blueprint,
      resources: ["A": resource("A"), "B": resource("B")])
    record.contents = ["B": "kept"]
    return record
  }

  static let blueprint = Blueprint(
    templateName: "t.yaml", templateText: "Resources: {}",
    parameters: Properties(["Size": 1, "Password": "hidden"], secretNames: ["Password"]))

  static func head(_ name: String, _ id: String) -> StackHead {
    StackHead(
      identity: StackIdentity(name: name, id: id), status: .createComplete, reason: "r", description: "d",
      blueprint: blueprint, stable: blueprint,
      outputs: [
        "O": OutputRecord(.plain(["a": 1]), description: nil, exportName: "e"),
        "S": OutputRecord(.secret(Secret("hidden")), description: "x", exportName: nil),
      ], created: Timestamp(milliseconds: 1), updated: Timestamp(milliseconds: 2), revision: 3)
  }

  static func resource(_ id: String, physicalName: String? = nil) -> ResourceRecord {
    ResourceRecord(
      logicalID: id, type: "T", physicalName: physicalName ?? "web-\(id)", status: .createComplete,
      physical: PhysicalResource(id: "p-\(id)", attributes: ["Token": "hidden"], secretAttributes: ["Token"]),
      properties: Properties(["Password": "hidden"], secretNames: ["Password"]),
      dependencies: ["Z"], deletionPolicy: .retain, updateReplacePolicy: .delete, createdBy: "o",
      updated: Timestamp(milliseconds: 4))
  }

  static func operation(_ id: String) -> OperationRecord {
    var options = OperationOptions(timeout: .seconds(5))
    options.breakpoints = [try? Breakpoint("pre-*:Farm/Web?")].compactMap(\.self)
    options.pausesAtFailure = true
    return OperationRecord(
      id: id, stack: StackIdentity(name: "s", id: "s"), kind: .update, goal: blueprint, origin: nil,
      options: options, started: Timestamp(milliseconds: 3))
  }
}
