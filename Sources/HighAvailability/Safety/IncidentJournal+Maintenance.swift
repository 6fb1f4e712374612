package import Ambience
import StackEngine

// Anybody may begin and end maintenance: it needs no lease, and those who watch see it within seconds.
extension IncidentJournal {
  static let maintenance = "maintenance"

  /// The maintenance that is on or to come, by its id; what is over is left out.
  package func maintenance(at now: Timestamp) async throws -> [MaintenanceWindow] {
    try await store.pages(of: Self.maintenance).compactMap { note in
      let window: MaintenanceWindow
      do { window = try MaintenanceWindow(note.record) } catch {
        throw HAError(.damagedIncident, "what the store has of the maintenance \(note.page) is damaged")
      }
      return window.until.map { $0 <= now } ?? false ? nil : window
    }
  }

  /// Begins maintenance, now or later; an older one of the same scope that is on is replaced.
  package func begin(_ window: MaintenanceWindow, at now: Timestamp) async throws {
    guard window.until.map({ $0 > max(now, window.from) }) ?? true else {
      throw HAError(.invalidWindow, "the maintenance of \(window.scope) would end before it begins")
    }
    var window = window
    window.hasBegun = window.from <= now
    let old = try await maintenance(at: now).filter { $0.scope == window.scope && $0.from <= now }
    try await store.append(
      old.filter { _ in window.from <= now }.map { .pageRemoval(Self.page($0.id)) } + [
        .note(
          Note(
            book: Self.maintenance, page: window.id, time: window.until ?? window.from,
            isSettled: window.until != nil, record: window.value))
      ])
  }

  /// Ends the maintenance of a scope, and what of it is to come.
  ///
  /// - Throws: `HAError` when there is none.
  @discardableResult
  package func endMaintenance(
    of scope: MaintenanceWindow.Scope, at now: Timestamp
  ) async throws -> [MaintenanceWindow] {
    let found = try await maintenance(at: now)
    var ended = found.filter { $0.scope == scope }
    if ended.isEmpty {
      // What is over by one clock may be on by another.
      ended = try await maintenance(at: now + WatchRecord.doubt * -1).filter { $0.scope == scope }
    }
    guard !ended.isEmpty else {
      let scopes = found.map(\.scope.description).joined(separator: ", ")
      throw HAError(
        .noMaintenance, "there is no maintenance of \(scope)",
        hint: scopes.isEmpty ? nil : "there is of: \(scopes)")
    }
    try await store.append(ended.map { .pageRemoval(Self.page($0.id)) })
    return ended
  }

  private static func page(_ id: String) -> NotePage { NotePage(book: maintenance, page: id) }
}
