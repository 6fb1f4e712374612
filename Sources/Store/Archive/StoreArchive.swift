import Document
import OrderedCollections
package import Secrets
import StackEngine

/// A store as a text: one JSON object a line, for a copy or for a move to another kind of store.
///
/// The first line says what the file is and what its secrets are sealed with:
///
///     {"kiln": "store", "version": 5, "sealed_with": "key", "check": "…"}
///     {"kiln": "store", "version": 5, "sealed_with": "passphrase", "salt": "…", "rounds": 200000, "check": "…"}
///
/// Each further line is a record under the name of its kind: `stack`, `resource` (with the UUID of its stack in
/// `of`), `operation`, `step`, `signal`, `event` or, since version 2, `change_set`, since version 3 `snapshot`,
/// since version 4 `note`. Since version 5 the text of a template is a record `text` of its own, which those after it
/// name by its `digest`; before, each had it itself. The last is `{"end": N}`, the number of records, so that a file
/// that was cut off is told from a whole one. `check` is a known text, sealed: a wrong key is told at once.
package struct StoreArchive {
  static let version: Int64 = 5
  /// How often a passphrase is hashed, so that trying many takes long.
  package static let rounds = 200_000

  /// What the secrets in an archive are sealed with.
  package enum Sealing: Sendable {
    /// The store's own key, which whoever reads the archive must have.
    case key
    case passphrase(Secret, salt: String, rounds: Int = StoreArchive.rounds)
  }

  /// Writes all that a store has, line by line.
  ///
  /// - Returns: The number of records.
  package static func write(
    _ journal: any StoredJournal, sealing: Sealing, _ line: (String) throws -> Void
  ) async throws -> Int {
    var header: OrderedDictionary<String, Value> = ["kiln": "store", "version": .integer(version)]
    let seal: Seal
    switch sealing {
    case .key:
      seal = journal.seal
      header["sealed_with"] = "key"
    case .passphrase(let passphrase, let salt, let rounds):
      seal = Seal(passphrase: passphrase, salt: salt, rounds: rounds)
      header["sealed_with"] = "passphrase"
      header["salt"] = .string(salt)
      header["rounds"] = .integer(Int64(rounds))
    }
    header["check"] = .string(try seal.close(Secret("kiln")))
    try line(Value.map(header).jsonText())
    var coding = ArchiveCoding(seal: seal)
    var count = 0
    func put(_ entries: [JournalEntry]) throws {
      for entry in entries {
        for value in try coding.encode(entry) {
          try line(value.jsonText())
          count += 1
        }
      }
    }
    for head in try await journal.stacks(includingDeleted: true) {
      let id = head.identity.id
      guard let stack = try await journal.stack(id: id) else { continue }
      try put([.stack(stack.head)])
      try put((stack.resources.values + stack.superseded).map { .resource($0, stack: id) })
      for operation in try await journal.operations(of: id) {
        try put([.operation(operation)])
        try put(try await journal.stepEntries(of: operation.id))
      }
      try put(try await journal.snapshots(of: id).map { .snapshot($0) })
      try put(try await journal.signalEntries(of: id))
      var last = 0
      while case let events = try await journal.events(of: id, since: last, limit: 1000), !events.isEmpty {
        try put(events.map { .event($0) })
        last = events.last?.sequence ?? last
      }
    }
    try put(try await journal.changeSets(of: nil).map { .changeSet($0) })
    for first in try await journal.pages(of: nil) {
      let page = NotePage(book: first.book, page: first.page)
      try put(try await journal.notes(on: page).map { .note($0) })
    }
    try line(Value.map(["end": .integer(Int64(count))]).jsonText())
    return count
  }

  /// Reads an archive into an empty store, all of it or nothing.
  ///
  /// `passphrase` and `key` are asked for when the archive's secrets are sealed with one.
  ///
  /// - Returns: The number of records.
  /// - Throws: `StoreError` when the archive isn't whole, can't be opened, or the store has something in it.
  package static func read(
    _ text: String, named name: String, into journal: any StoredJournal,
    passphrase: () throws -> Secret, key: () throws -> Seal?
  ) async throws -> Int {
    let (stacks, pages) = (try await journal.stacks(includingDeleted: true), try await journal.pages(of: nil))
    guard stacks.isEmpty, pages.isEmpty else {
      throw StoreError(
        .notEmpty, path: journal.place, "\(journal.place) has stacks or incidents already",
        hint: "name a new store with --store")
    }
    var lines = text.split(separator: "\n").makeIterator()
    let header = try value(lines.next(), 1, name)
    guard header["kiln"]?.string == "store", let version = header["version"]?.integer else {
      throw bad(name, "is no store that kiln has exported")
    }
    guard version <= Self.version else {
      throw bad(name, "was exported by a newer kiln", hint: "use that one")
    }
    let seal = try seal(header, name, journal, passphrase, key)
    let coding = ArchiveCoding(seal: seal)
    var entries: [JournalEntry] = []
    var number = 1
    while let line = lines.next() {
      number += 1
      let value = try value(line, number, name)
      if let end = value["end"]?.integer {
        // All lines but the first and this.
        guard end == number - 2, lines.next() == nil else { break }
        try await journal.restore(entries)
        return number - 2
      }
      do { if let entry = try coding.entry(value) { entries.append(entry) } } catch is Seal.Broken {
        throw bad(name, "has a secret in line \(number) that was sealed with another key")
      } catch let error as TemplateTexts.Missing {
        throw bad(name, "lacks the text of the template \(error.template), which line \(number) names")
      } catch { throw bad(name, "has no proper record in line \(number)") }
    }
    throw bad(name, "isn't whole: its end is missing", hint: "export the store again")
  }

  private static func seal(
    _ header: Value, _ name: String, _ journal: any StoredJournal, _ passphrase: () throws -> Secret,
    _ key: () throws -> Seal?
  ) throws -> Seal {
    let check = header["check"]?.string ?? ""
    func checked(_ seal: Seal, _ message: String, _ hint: String) throws -> Seal {
      do { _ = try seal.open(check) } catch {
        throw StoreError(.wrongKey, path: name, message, hint: hint)
      }
      return seal
    }
    if header["sealed_with"]?.string == "passphrase" {
      guard let salt = header["salt"]?.string, let rounds = header["rounds"]?.integer, rounds > 0 else {
        throw bad(name, "doesn't say how its passphrase was used")
      }
      return try checked(
        Seal(passphrase: passphrase(), salt: salt, rounds: Int(min(rounds, 10_000_000))),
        "the passphrase isn't the one that \(name) was exported with", "give the right one")
    }
    return try checked(
      key() ?? journal.seal, "\(name) was sealed with the key of another store",
      "name that store's key file with --key")
  }

  private static func value(_ line: Substring?, _ number: Int, _ name: String) throws -> Value {
    guard let line, let value = try? Value.json(String(line)), value.map != nil else {
      throw bad(
        name, number == 1 ? "is no store that kiln has exported" : "has no JSON object in line \(number)")
    }
    return value
  }

  private static func bad(_ name: String, _ what: String, hint: String? = nil) -> StoreError {
    StoreError(.badArchive, path: name, "\(name) \(what)", hint: hint)
  }
}
