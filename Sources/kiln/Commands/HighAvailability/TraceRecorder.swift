import Document
import Glibc
import HighAvailability
import Shell
import Synchronization

/// Writes what checks say, and what is done, to a file as it happens.
final class TraceRecorder: Sendable {
  private let path: String
  private let file: Int32
  private let hasFailed = Mutex(false)

  /// A recorder that appends to a file.
  init(_ path: String) throws {
    self.path = path
    file = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard file >= 0 else {
      throw Diagnostic("unwritable_file", "the trace \(path) can't be written: \(lastSystemError())")
    }
  }

  deinit { close(file) }

  func add(_ sighting: Sighting) { write(TraceLine(sighting)) }

  func add(_ event: HAEvent) {
    if let line = TraceLine(event) { write(line) }
  }

  private func write(_ line: TraceLine) {
    guard !TextFile.write(line.value.jsonText() + "\n", to: file) else { return }
    let isFirst = hasFailed.withLock { failed in
      defer { failed = true }
      return !failed
    }
    if isFirst {
      Complaint.show([
        Diagnostic(.warning, "unwritable_file", "the trace \(path) can't be written: \(lastSystemError())")
      ])
    }
  }
}

/// How often the program was told to stop.
final class StopCount: Sendable {
  private let count = Mutex(0)

  func add() -> Int {
    count.withLock { count in
      count += 1
      return count
    }
  }
}
