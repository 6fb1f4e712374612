package import Ambience
import Document
package import OrderedCollections
import StackEngine

/// A process that watches applications, as the store has it while it does.
package struct WatcherRecord: Sendable, Hashable {
  /// As whom it claims applications.
  package let holder: String
  package let host: String
  package let process: Int
  package let started: Timestamp
  /// When it was last known to work.
  package var seen: Timestamp
  package var applications: Int
  /// Why it does nothing about failures; nil where it does.
  package var suspicion: String?

  package init(
    holder: String, host: String, process: Int, started: Timestamp, seen: Timestamp, applications: Int = 0,
    suspicion: String? = nil
  ) {
    self.holder = holder
    self.host = host
    self.process = process
    self.started = started
    self.seen = seen
    self.applications = applications
    self.suspicion = suspicion
  }

  /// After what time without a sign of life it is held to be gone.
  static let patience = Duration.seconds(30)

  /// How people call it at a time: `host 4711`, or also how long it is silent.
  package func phrase(at now: Timestamp) -> String {
    let silence = now - seen
    let name = "\(host) \(process)"
    return silence > Self.patience ? "\(name), silent for \(silence.phrase)" : name
  }
}

extension WatcherRecord {
  var value: Value {
    [
      "host": .string(host), "process": .integer(Int64(process)), "started": .integer(started.milliseconds),
      "seen": .integer(seen.milliseconds), "applications": .integer(Int64(applications)),
      "suspicion": suspicion.map { .string($0) } ?? .null,
    ]
  }

  init(_ holder: String, _ value: Value) throws {
    self.init(
      holder: holder, host: try value.text("host"), process: Int(try value.integer("process")),
      started: try value.time("started"), seen: try value.time("seen"),
      applications: Int(try value.integer("applications")), suspicion: value["suspicion"]?.string)
  }
}

// Who watches says so every few seconds, so that others see that its loop turns.
extension IncidentJournal {
  static let watchers = "watcher"
  /// After what time one that has ended without a word is forgotten.
  private static let memory = Duration.seconds(86_400)

  func keep(_ watcher: WatcherRecord) async throws {
    try await store.append([
      .note(
        Note(
          book: Self.watchers, page: watcher.holder, time: watcher.seen, isSettled: true,
          record: watcher.value)
      )
    ])
  }

  /// Takes out a watcher that ends, and those that did long ago.
  func forget(_ holder: String, at now: Timestamp) async throws {
    let gone = try await watchers().values.filter { $0.holder == holder || now - $0.seen > Self.memory }
    try await store.append(
      gone.map { .pageRemoval(NotePage(book: Self.watchers, page: $0.holder)) })
  }

  /// The processes that watch, by whom they are when they claim applications.
  package func watchers() async throws -> OrderedDictionary<String, WatcherRecord> {
    var watchers: OrderedDictionary<String, WatcherRecord> = [:]
    // One that can't be read is of another kiln, and no matter.
    for note in try await store.pages(of: Self.watchers) {
      watchers[note.page] = try? WatcherRecord(note.page, note.record)
    }
    return watchers
  }
}
