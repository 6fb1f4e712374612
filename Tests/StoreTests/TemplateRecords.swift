import Ambience
import Document
import Foundation
import GRDB
import OrderedCollections
import StackEngine
import Templates
import Testing

@testable import Store

/// Records as kiln wrote them when each had the texts of its templates.
enum Older {
  static let stack = """
    {"name":"s","id":"s","status":"CREATE_COMPLETE","reason":"","description":null,\
    "blueprint":\(blueprint("one")),"stable":\(blueprint("two")),"outputs":{},"created":1,"updated":2,"revision":3,\
    "parent":null,"uses":[],"isProtected":false,"policy":null}
    """
  static let operation = """
    {"id":"1","stackName":"s","stack":"s","kind":"update","goal":\(blueprint("three")),"origin":\(blueprint("two")),\
    "onFailure":"rollback","timeout":null,"parent":null,"replacements":{},"imports":{},"refreshes":false,"tag":null,\
    "retained":[],"skipped":[],"policy":null,"breakpoints":[],"pausesAtFailure":false,"attempts":[],"action":null,\
    "target":null,"phase":"succeeded","reason":"","started":1,"ended":2,"planned":{},"purpose":null,\
    "changeSet":null,"snapshot":null}
    """
  static let changeSet = """
    {"id":"c","name":"c","kind":"update","stackName":"s","stack":"s","revision":3,"goal":\(blueprint("four")),\
    "description":null,"created":7,"imports":{},"policy":null,"refreshes":false,"shown":null,"lines":[]}
    """
  static let snapshot = """
    {"id":"n","name":"n","stackName":"s","stack":"s","operation":"1","status":"SNAPSHOT_COMPLETE","reason":"","created":7,\
    "blueprint":\(blueprint("one")),"resources":[],"contents":{}}
    """

  private static func blueprint(_ text: String) -> String {
    #"{"name":"t.yaml","text":"\#(text)\n# \"quoted\"","parameters":{"open":{"Size":1}}}"#
  }

  /// What the records say.
  static func expect(_ journal: any StoredJournal, at place: SourceLocation = #_sourceLocation) async throws {
    func text(_ name: String) -> String { "\(name)\n# \"quoted\"" }
    let head = try await journal.head(named: "s")
    #expect(head?.blueprint.templateText == text("one"), sourceLocation: place)
    #expect(head?.blueprint.parameters["Size"] == 1, sourceLocation: place)
    #expect(head?.stable?.templateText == text("two"), sourceLocation: place)
    let operation = try await journal.operation("1")
    #expect(operation?.goal?.templateText == text("three"), sourceLocation: place)
    #expect(operation?.origin?.templateText == text("two"), sourceLocation: place)
    let goals = try await journal.changeSets(of: "s").map(\.goal.templateText)
    #expect(goals == [text("four")], sourceLocation: place)
    let snapshots = try await journal.snapshots(of: "s").map(\.blueprint.templateText)
    #expect(snapshots == [text("one")], sourceLocation: place)
  }
}

/// Records with texts of their own, and what a store keeps of them.
enum Texts {
  /// A blueprint whose template's text begins with a name, so large at least.
  static func blueprint(_ name: String, size: Int = 0) -> Blueprint {
    Blueprint(
      templateName: "t.yaml", templateText: name + "\n" + String(repeating: "#", count: size),
      parameters: Properties(["Size": 1]))
  }

  static func operation(
    _ id: String, of stack: String = "s", goal: Blueprint, origin: Blueprint? = nil, at time: Int64 = 3
  ) -> OperationRecord {
    OperationRecord(
      id: id, stack: StackIdentity(name: stack, id: stack), kind: .update, goal: goal, origin: origin,
      options: OperationOptions(), started: Timestamp(milliseconds: time))
  }

  static func changeSet(
    _ id: String, of stack: String, revision: Int = 3, kind: ChangeSetRecord.Kind = .update, _ goal: Blueprint
  ) -> ChangeSetRecord {
    ChangeSetRecord(
      id: id, name: id, kind: kind, stack: StackIdentity(name: stack, id: stack), revision: revision,
      goal: goal, description: nil, created: Timestamp(milliseconds: 7))
  }

  static func snapshot(_ id: String, of stack: String, _ blueprint: Blueprint) -> SnapshotRecord {
    SnapshotRecord(
      id: id, name: id, stack: StackIdentity(name: stack, id: stack), operation: "o", reason: "",
      created: Timestamp(milliseconds: 7), blueprint: blueprint, resources: [:])
  }

  /// The texts that a store keeps: each its stack and its first line.
  static func kept(_ journal: any StoredJournal) async throws -> [String] {
    let sql = "SELECT stack || ' ' || text FROM template"
    var texts: [String] = []
    if let journal = journal as? SQLiteJournal {
      texts = try await journal.read { try String.fetchAll($0, sql: sql) }
    }
    if let journal = journal as? PostgresJournal {
      texts = try await journal.read { try $0.rows(sql).map { try $0.text(0) } }
    }
    return texts.map { String($0.prefix { $0 != "\n" }) }.sorted()
  }

  static func run(_ sql: String, _ journal: any StoredJournal) async throws {
    if let journal = journal as? SQLiteJournal { try await journal.write { try $0.execute(sql: sql) } }
    if let journal = journal as? PostgresJournal {
      try await journal.writer.transaction { try $0.run(sql) }
    }
  }
}
