import Document
import StackEngine
import Synchronization

/// The steps of one resource, which can forget the result of its last step as a crash would.
final class StepBook: StepJournal {
  private let steps = Mutex<[StepEntry]>([])

  func begin(_ key: String) async throws -> StepRecord {
    steps.withLock { steps in
      if let known = steps.first(where: { $0.key == key }) { return known.record }
      steps.append(StepEntry(key: key, record: .interrupted))
      return .new
    }
  }

  func end(_ key: String, result: Value) async throws {
    steps.withLock { steps in
      for index in steps.indices where steps[index].key == key {
        steps[index] = StepEntry(key: key, record: .done(result))
      }
    }
  }

  func entries() async throws -> [StepEntry] { steps.withLock { $0 } }

  /// As if the process had died before any result was written.
  func loseResults() {
    steps.withLock { steps in steps = steps.map { StepEntry(key: $0.key, record: .interrupted) } }
  }
}

/// A box that signals can be put into.
final class Letterbox: SignalBox {
  private let kept = Mutex<[String: [Signal]]>([:])

  func signals(to logicalID: String) async throws -> [Signal] { kept.withLock { $0[logicalID] ?? [] } }

  func record(_ signal: Signal, to logicalID: String) async throws {
    kept.withLock {
      $0[logicalID, default: []] = ($0[logicalID] ?? []).filter { $0.id != signal.id } + [signal]
    }
  }

  func awaitSignal(to logicalID: String, timeout: Duration) async throws {
    try await Task.sleep(for: timeout)
  }
}
