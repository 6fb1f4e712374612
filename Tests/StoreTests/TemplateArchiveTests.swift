import Foundation
import Secrets
import StackEngine
import TestSupport
import Testing

@testable import Store

@Suite("The text of a template in an archive")
struct TemplateArchiveTests {
  @Test("is there once for all records that have it", arguments: JournalKind.stored)
  func once(kind: JournalKind) async throws {
    let journal = try await kind.makeStored()
    let text = Texts.blueprint("new", size: 10_000)
    var (one, two) = (Sample.head("s", "s"), Sample.head("t", "t"))
    (one.blueprint, one.stable, two.blueprint, two.stable) = (text, nil, text, text)
    try await journal.append([.stack(one), .stack(two)])
    let operations = (1...9).map { Texts.operation(String($0), goal: text, origin: Texts.blueprint("old")) }
    try await journal.append(operations.map { .operation($0) })
    var lines: [String] = []
    _ = try await StoreArchive.write(journal, sealing: .key) { lines.append($0) }
    #expect(lines.count { $0.hasPrefix(#"{"text":"#) } == 2)
    #expect(lines.joined().utf8.count < 20_000)
    let new = try await kind.makeStored()
    let count = try await StoreArchive.read(
      lines.joined(separator: "\n"), named: "f", into: new, passphrase: { Secret("") }, key: { journal.seal })
    #expect(count == lines.count - 2)
    #expect(try await new.stacks(includingDeleted: true) == [one, two])
    #expect(try await new.operations(of: "s") == operations)
    #expect(try await Texts.kept(new) == ["s new", "s old", "t new"])
  }

  @Test("of an older kiln is taken from its records", arguments: JournalKind.stored)
  func older(kind: JournalKind) async throws {
    let seal = Seal(passphrase: Secret("p"), salt: "s", rounds: 10)
    let text = try """
    {"kiln":"store","version":4,"sealed_with":"passphrase","salt":"s","rounds":10,\
    "check":"\(seal.close(Secret("kiln")))"}
    {"stack":\(Older.stack)}
    {"operation":\(Older.operation)}
    {"snapshot":\(Older.snapshot)}
    {"change_set":\(Older.changeSet)}
    {"end":4}
    """
    let journal = try await kind.makeStored()
    let count = try await StoreArchive.read(
      text, named: "f", into: journal, passphrase: { Secret("p") }, key: { nil })
    #expect(count == 4)
    try await Older.expect(journal)
    #expect(try await Texts.kept(journal) == ["s four", "s one", "s three", "s two"])
  }

  @Test("that isn't there is told with the line that names it")
  func missing() async throws {
    let journal = try await JournalKind.sqlite.makeStored()
    try await journal.append([.stack(Sample.head("s", "s"))])
    var lines: [String] = []
    _ = try await StoreArchive.write(journal, sealing: .key) { lines.append($0) }
    lines.removeAll { $0.hasPrefix(#"{"text":"#) }
    let error = await #expect(throws: StoreError.self) {
      try await StoreArchive.read(
        lines.joined(separator: "\n"), named: "f", into: try await JournalKind.sqlite.makeStored(),
        passphrase: { Secret("") }, key: { journal.seal })
    }
    #expect(error?.code == .badArchive)
    #expect(error?.message == "f lacks the text of the template t.yaml, which line 2 names")
  }
}
