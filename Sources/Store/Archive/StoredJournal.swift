package import Secrets
package import StackEngine

/// A journal that outlives the process, and that can be carried elsewhere and tidied up.
package protocol StoredJournal: Journal {
  /// Where it is, for people.
  nonisolated var place: String { get }
  /// What its secrets are sealed with.
  nonisolated var seal: Seal { get }

  /// All steps of an operation, in the order begun, as entries.
  func stepEntries(of operation: String) async throws -> [JournalEntry]
  /// All signals to a stack's resources, as entries.
  func signalEntries(of stack: String) async throws -> [JournalEntry]
  /// Keeps, all or none, what another store has had; events with the numbers that they have.
  func restore(_ entries: [JournalEntry]) async throws
  /// Drops stacks with all that they have, operations with their steps, change sets, pages of notes, and each stack's
  /// events up to a number; and the texts of templates that nothing names any longer, whether there is other waste or
  /// not.
  func forget(_ waste: StoreWaste) async throws
  /// Seals all secrets with another key, all or none.
  ///
  /// A crash at any time leaves a store that opens with one of the two, and finishes what was begun. This journal, and
  /// each other that had the store open, keeps and reads nothing any longer.
  ///
  /// - Throws: `StoreError`, also when somebody works on a stack.
  func rekey(_ next: NextKey) async throws -> Rekeying
  /// How much there is in it.
  func size() async throws -> StoreSize
}

/// What a store needn't have any longer.
package struct StoreWaste: Sendable, Hashable {
  package var stacks: [String] = []
  package var operations: [String] = []
  package var changeSets: [String] = []
  /// Pages of notes, such as incidents.
  package var pages: [NotePage] = []
  /// For each stack the number of the last event to drop.
  package var events: [String: Int] = [:]

  package var isEmpty: Bool {
    stacks.isEmpty && operations.isEmpty && changeSets.isEmpty && pages.isEmpty && events.isEmpty
  }
}

/// How much a store has.
package struct StoreSize: Sendable, Hashable {
  package var schema: String
  package var bytes: Int
  package var events: Int
  package var steps: Int
  /// Leases that somebody has.
  package var leases: Int
}
