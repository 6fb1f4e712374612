import Ambience
import Document
package import StackEngine

/// Incidents and watches as a store keeps them: pages of notes, in the stacks' own journal.
///
/// An incident is a page of the book `incident`: its first line says what it is and how it stands, each further one is
/// an entry, which is never changed. A watch's state is a page of the book `watch`. Both are written together, under
/// the lease of the application: whoever has lost that writes nothing more.
package struct IncidentJournal: Sendable {
  static let incidents = "incident"
  static let watches = "watch"

  package let store: any Journal

  package init(_ store: any Journal) { self.store = store }

  /// What the lease of an application is called.
  package static func lease(of application: String) -> String { "application \(application)" }

  // MARK: - Reading

  /// All incidents that the store has, the newest first.
  package func incidents() async throws -> [Incident] {
    try await store.pages(of: Self.incidents).map { note in
      try explained(note.page) { try Incident(note.record) }
    }.sorted { ($0.began, $0.id) > ($1.began, $1.id) }
  }

  /// An incident and what happened in it.
  ///
  /// - Throws: `HAError` when there is none with that id.
  package func incident(_ id: String) async throws -> (incident: Incident, entries: [IncidentEntry]) {
    let notes = try await store.notes(on: NotePage(book: Self.incidents, page: id))
    guard let first = notes.first, first.line == 0 else {
      let known = try await store.pages(of: Self.incidents).map(\.page)
      throw HAError(
        .unknownIncident, "there is no incident \(id)",
        hint: known.isEmpty ? "the store has none" : "`kiln ha incidents` lists them")
    }
    return try explained(id) {
      (try Incident(first.record), try notes.dropFirst().map { try IncidentEntry($0.record) })
    }
  }

  /// Why everything was done that was done about an incident, with what handlers did, and what came of its parts before.
  ///
  /// - Throws: `HAError` when there is none with that id.
  package func explanation(of id: String) async throws -> Explanation {
    try await explanation(of: id, within: [])
  }

  private func explanation(of id: String, within others: Set<String>) async throws -> Explanation {
    let (incident, entries) = try await incident(id)
    var acts: [Int: [HandlerAct]] = [:]
    for entry in entries where entry.kind == .intent {
      let page = NotePage(book: StoredHandlerJournal.book, page: incident.tag(ofIntent: entry.number))
      acts[entry.number] = try await store.notes(on: page).filter { $0.line > 0 }.map(HandlerAct.init)
    }
    var parts: [String: Explanation] = [:]
    for part in Set(entries.compactMap(\.cause.incident)).subtracting(others) where part != id {
      // One that isn't in the store any more is told of by what its parent wrote.
      parts[part] = try? await explanation(of: part, within: others.union([id]))
    }
    return incident.explanation(entries, acts, parts)
  }

  /// Whether an id is an incident's already.
  func has(_ id: String) async throws -> Bool {
    try await !store.notes(on: NotePage(book: Self.incidents, page: id)).isEmpty
  }

  /// What the last supervisors of applications have left, by their names; nothing of one that was never watched.
  func watches(of applications: [String]) async throws -> [String: Result<WatchRecord, any Error>] {
    let notes = try await store.pages(applications, of: Self.watches)
    return Dictionary(uniqueKeysWithValues: notes.map { note in (note.page, Result { try record(note) }) })
  }

  /// What the last supervisor of an application has left; nil when it was never watched.
  package func watch(of application: String) async throws -> WatchRecord? {
    try await store.pages([application], of: Self.watches).first.map(record)
  }

  private func record(_ note: Note) throws -> WatchRecord {
    try explained(note.page) { try WatchRecord(note.record) }
  }

  func explained<Result>(_ page: String, _ read: () throws -> Result) throws -> Result {
    do { return try read() } catch let error as MalformedRecord {
      throw HAError(
        .damagedIncident, "what the store has of \(page) is damaged: it has no proper \(error.field)")
    }
  }

  // MARK: - Writing

  // An act follows an intent alone, and no act but the engine's own operation follows one to operate: that is in the
  // same journal, and on the disk before anything is asked of the cloud.

  static func entry(_ incident: Incident) -> JournalEntry {
    .note(
      Note(
        book: incidents, page: incident.id, time: incident.ended ?? incident.began,
        isSettled: incident.state.isOver, record: incident.value, isAwaited: false))
  }

  static func entry(_ entry: IncidentEntry, of incident: String, operates: Bool) -> JournalEntry {
    .note(
      Note(
        book: incidents, page: incident, line: entry.number, time: entry.time, record: entry.value,
        isAwaited: entry.kind == .intent && !operates))
  }

  static func entry(_ record: WatchRecord, of application: String) -> JournalEntry {
    .note(
      Note(book: watches, page: application, time: record.saved, record: record.value, isAwaited: false))
  }
}
