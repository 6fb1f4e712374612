import Ambience
import Document
import StackEngine
import Testing

@testable import Store

@Suite("Notes in every journal")
struct NoteTests {
  private let page = NotePage(book: "log", page: "web")

  @Test("are kept line by line, and a line that is written again is replaced", arguments: JournalKind.there)
  func lines(kind: JournalKind) async throws {
    let journal = try await kind.make()
    try await journal.append([.note(Sample.note("web", line: 1)), .note(Sample.note("web"))])
    try await journal.append([.note(Sample.note("other")), .note(Sample.note("web", line: 10))])
    let changed = Note(
      book: "log", page: "web", line: 1, time: Timestamp(milliseconds: 9), record: ["text": "changed"])
    try await journal.append([.note(changed)])
    let lines = try await journal.notes(on: page)
    #expect(lines.map(\.line) == [0, 1, 10])
    #expect(lines[1] == changed)
    #expect(lines[2] == Sample.note("web", line: 10))
  }

  @Test(
    "are listed by their pages' first lines, in the order of the pages' names", arguments: JournalKind.there)
  func pages(kind: JournalKind) async throws {
    let journal = try await kind.make()
    for name in ["b", "a_1", "B", "a"] { try await journal.append([.note(Sample.note(name))]) }
    try await journal.append([.note(Sample.note("no first line", line: 1))])
    let elsewhere = Note(book: "map", page: "a", time: Timestamp(milliseconds: 1), record: true)
    try await journal.append([.note(elsewhere)])
    #expect(try await journal.pages(of: "log").map(\.page) == ["B", "a", "a_1", "b"])
    #expect(try await journal.pages(of: nil).last == elsewhere)
    try await journal.append([.pageRemoval(NotePage(book: "log", page: "a"))])
    #expect(try await journal.pages(of: nil).map(\.page) == ["B", "a_1", "b", "a"])
  }

  @Test("are found by the names of their pages, those that are there", arguments: JournalKind.there)
  func pagesByName(kind: JournalKind) async throws {
    let journal = try await kind.make()
    for name in ["b", "a\"\\,{}", "c"] { try await journal.append([.note(Sample.note(name))]) }
    try await journal.append([.note(Sample.note("b", line: 1)), .note(Sample.note("late", line: 1))])
    let found = try await journal.pages(["c", "a\"\\,{}", "late", "d"], of: "log")
    #expect(found.map(\.page).sorted() == ["a\"\\,{}", "c"])
    #expect(try await journal.pages([], of: "log").isEmpty)
    #expect(try await journal.pages(["c"], of: "map").isEmpty)
  }

  @Test("aren't kept under a lease that was taken over", arguments: JournalKind.there)
  func fencing(kind: JournalKind) async throws {
    let journal = try await kind.make()
    let lease = try #require(try await journal.claim("application web", by: "one"))
    try await journal.append([.note(Sample.note("web"))], under: lease)
    try await journal.release(lease)
    _ = try #require(try await journal.claim("application web", by: "two"))
    await #expect(throws: LeaseLost.self) {
      try await journal.append([.note(Sample.note("web", line: 1))], under: lease)
    }
    #expect(try await journal.notes(on: page).count == 1)
  }
}

extension Sample {
  static func note(
    _ page: String, line: Int = 0, isSettled: Bool = false, at time: Int64 = 5
  ) -> Note {
    Note(
      book: "log", page: page, line: line, time: Timestamp(milliseconds: time), isSettled: isSettled,
      record: ["text": .string("\(page) \(line)"), "list": [1, nil]])
  }
}
