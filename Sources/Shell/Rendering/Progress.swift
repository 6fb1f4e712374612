import Document
package import StackEngine
internal import Synchronization

/// Standard output, shared by what scripts print and by the progress of running operations.
///
/// Each event is a line; on a terminal one more line below all others says what is going on.
package final class Progress: Sendable {
  package enum Format: Sendable {
    case text, json
  }

  private let format: Format
  private let isLive: Bool
  private let color: Bool
  private let state = Mutex(State())

  private struct State {
    var operations: [String: OperationProgress] = [:]
    var followers: [Task<Void, Never>] = []
    var hasStatus = false
    /// Whether what was written last ended its line.
    var isAtLineStart = true
  }

  /// - Parameters:
  ///   - isLive: Whether the output is a terminal on which a line can be drawn again.
  package init(_ format: Format, isLive: Bool, color: Bool) {
    self.format = format
    self.isLive = isLive && format == .text
    self.color = color
  }

  /// Shows an operation's events until it ends.
  package func follow(_ operation: StackEngine.Operation) {
    let follower = Task {
      for await event in operation.events { show(event, of: operation.id) }
      state.withLock { state in
        state.operations[operation.id] = nil
        draw("", &state)
      }
    }
    state.withLock { state in
      state.operations[operation.id] = OperationProgress(operation.stack.name)
      state.followers.append(follower)
    }
  }

  /// Returns when every operation that is followed has ended and is shown.
  package func settle() async {
    while let follower = state.withLock({ $0.followers.popLast() }) { await follower.value }
  }

  /// Writes a text of a script's, above the line that says what is going on.
  package func write(_ text: String) {
    state.withLock { draw(text, &$0) }
  }

  private func show(_ event: Event, of operation: String) {
    state.withLock { state in
      state.operations[operation]?.take(event)
      let line = format == .json ? event.value.jsonText() : EventLine(event).text(color: color)
      draw((state.isAtLineStart ? "" : "\n") + line + "\n", &state)
    }
  }

  private func draw(_ text: String, _ state: inout State) {
    if state.hasStatus { put("\r\u{1B}[K") }
    state.hasStatus = false
    put(text)
    if let last = text.utf8.last { state.isAtLineStart = last == UInt8(ascii: "\n") }
    if isLive, !state.operations.isEmpty, state.isAtLineStart {
      put(clipped(state.operations.values.map(\.line).sorted().joined(separator: "   ")))
      state.hasStatus = true
    }
  }

  private func put(_ text: String) {
    if !text.isEmpty { Output.standard.write(text) }
  }

  /// As much of a line as fits the terminal.
  private func clipped(_ line: String) -> String {
    String(line.prefix(Output.standard.columns - 1))
  }
}

/// How far an operation is, as its events tell.
struct OperationProgress {
  private let stack: String
  private var running: [String] = []
  private var done: Set<String> = []

  init(_ stack: String) { self.stack = stack }

  mutating func take(_ event: Event) {
    guard let resource = event.logicalID else { return }
    running.removeAll { $0 == resource }
    if event.status.hasSuffix("_IN_PROGRESS") { running.append(resource) }
    if event.status.hasSuffix("_COMPLETE") { done.insert(resource) }
  }

  /// `web ▸ 4 done · Server, Volume`.
  var line: String {
    let shown = running.prefix(4).joined(separator: ", ") + (running.count > 4 ? " …" : "")
    return "\(stack) ▸ \(done.count) done" + (running.isEmpty ? "" : " · \(shown)")
  }
}
