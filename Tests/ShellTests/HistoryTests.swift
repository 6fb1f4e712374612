import Foundation
import Testing

@testable import Shell

@Suite("the history of what was entered")
struct HistoryTests {
  private let path = FileManager.default.temporaryDirectory.appending(path: "kiln-history-\(UUID())").path

  @Test("entries of several lines come back as they were")
  func lines() {
    var history = History(path: path)
    history.add("for i = 1, 2 do\n  print(\"a\\nb\")\nend")
    history.add("größe = 1\\2")
    #expect(History(path: path).entries == history.entries)
    #expect(history.entries.count == 2)
  }

  @Test("the same again, blanks, and what begins with a space aren't kept")
  func left() {
    var history = History(path: nil)
    let wereAdded = ["x", "x", "  ", " secret", "y", "x"].map { history.add($0) }
    #expect(wereAdded == [true, false, false, false, true, true])
    #expect(history.entries == ["x", "y", "x"])
  }

  @Test("a file that has grown too long is cut to the newest")
  func cutting() {
    var history = History(path: path)
    for number in 1...20 { history.add("\(number)") }
    #expect(History(path: path, limit: 5).entries == ["16", "17", "18", "19", "20"])
    #expect(History(path: path).entries.count == 5)
  }

  @Test("only its owner may read it")
  func permissions() throws {
    var history = History(path: path)
    history.add("secret")
    let attributes = try FileManager.default.attributesOfItem(atPath: path)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("a history that can't be kept does no harm")
  func unwritable() {
    var history = History(path: "/nonexistent/history")
    history.add("x")
    #expect(history.entries == ["x"])
  }
}
