package import Document
internal import Synchronization

/// What a handler has done so far: it is run again from its top after a crash, and gets what came of each step that was
/// journaled instead of taking it once more.
package protocol HandlerJournal: Sendable {
  /// Journals the intent to take a step, returns when that is durable, and says what was known of it before.
  ///
  /// - Throws: `HandlerDiverged` when another step was journaled in this place: the handler isn't the one that began.
  func begin(_ step: HandlerStep) async throws -> HandlerStepRecord
  func end(_ step: HandlerStep, result: Value) async throws
}

/// A step of a handler.
package struct HandlerStep: Sendable, Hashable {
  /// Its place among the handler's steps, counted from 1.
  package let number: Int
  /// What it does, such as `reboot Web`.
  package let name: String
  /// What it does it with.
  package let arguments: Value

  package init(number: Int, name: String, arguments: Value = .null) {
    self.number = number
    self.name = name
    self.arguments = arguments
  }
}

/// What is known of a handler's step.
package enum HandlerStepRecord: Sendable, Hashable {
  case new
  /// There was an intent without a result: it may have been taken.
  case interrupted
  case done(Value)
}

/// A handler that went another way than the one whose steps were journaled; nobody can know what it means now.
package struct HandlerDiverged: Error, Sendable, Hashable {
  package let journaled: HandlerStep
  package let wanted: HandlerStep

  package init(journaled: HandlerStep, wanted: HandlerStep) {
    self.journaled = journaled
    self.wanted = wanted
  }
}

extension HandlerDiverged: Explainable {
  package var diagnostics: [Diagnostic] {
    [
      Diagnostic(
        .error, "handler_diverged",
        "step \(wanted.number) of the handler was `\(journaled.name)` before the restart and is `\(wanted.name)` now",
        hint: "a handler must take the same steps again; look at what was done, then resume the ladder")
    ]
  }
}

/// A journal in memory, as of a handler that no crash outlives.
package final class MemoryHandlerJournal: HandlerJournal {
  private struct Entry {
    let step: HandlerStep
    var result: Value?
  }

  private let entries = Mutex<[Int: Entry]>([:])

  package init() {}

  package func begin(_ step: HandlerStep) throws -> HandlerStepRecord {
    try entries.withLock { entries in
      guard let entry = entries[step.number] else {
        entries[step.number] = Entry(step: step)
        return .new
      }
      guard entry.step == step else { throw HandlerDiverged(journaled: entry.step, wanted: step) }
      return entry.result.map { .done($0) } ?? .interrupted
    }
  }

  package func end(_ step: HandlerStep, result: Value) {
    entries.withLock { $0[step.number] = Entry(step: step, result: result) }
  }

  /// How many steps have been begun.
  package var count: Int { entries.withLock(\.count) }
}
