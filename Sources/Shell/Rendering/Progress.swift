package import Ambience
import Document
import OrderedCollections
import Scripting
package import StackEngine
import Synchronization

/// Shows the operations that run, on a screen that scripts write to at the same time.
///
/// On a terminal what has ended is a line that stays, and what runs is drawn again below all lines; elsewhere each
/// event is a line.
package final class Progress: OperationWatcher {
  package enum Format: Sendable {
    case text, json
  }

  package let screen: Screen
  private let format: Format
  private let ambient: Ambient
  private let state = Mutex(State())

  private struct State {
    var operations: OrderedDictionary<String, OperationProgress> = [:]
    var followers: [(operation: StackEngine.Operation, task: Task<Void, Never>)] = []
    var painter: Task<Void, Never>?
  }

  /// Rows aren't drawn again more often than this.
  private static let pace: Duration = .milliseconds(100)
  /// Nor so often that more than one in so many parts of the time goes into drawing, which a large tree could do.
  private static let share = 20

  package init(_ format: Format, screen: Screen, ambient: Ambient) {
    self.format = format
    self.screen = screen
    self.ambient = ambient
  }

  /// Progress on standard output, which is live on a terminal on which rows can be drawn again.
  package convenience init(
    _ format: Format, isLive: Bool, color: Bool, ambient: Ambient = .system()
  ) {
    self.init(format, screen: Screen(isLive: isLive, color: color), ambient: ambient)
  }

  /// Shows an operation's events until it ends.
  package func follow(_ operation: StackEngine.Operation) {
    let follower = Task {
      for await event in operation.events { show(event, of: operation.id) }
      state.withLock { $0.operations[operation.id] = nil }
      paint()
    }
    state.withLock { state in
      state.operations[operation.id] = OperationProgress(
        operation.stack.name, started: ambient.now(), status: operation.kind.startingStatus,
        outline: operation.outline)
      state.followers.removeAll { $0.operation.isOver && state.operations[$0.operation.id] == nil }
      state.followers.append((operation, follower))
      if screen.isLive, state.painter == nil { state.painter = Task { await paintOften() } }
    }
    paint()
  }

  /// Shows nothing more of an operation, which goes on.
  package func leave(_ operation: StackEngine.Operation) {
    state.withLock { state in
      for follower in state.followers where follower.operation === operation { follower.task.cancel() }
      state.followers.removeAll { $0.operation === operation }
      state.operations[operation.id] = nil
    }
    paint()
  }

  /// Returns when every operation that is followed has ended and is shown.
  package func settle() async {
    while let follower = state.withLock({ $0.followers.popLast() }) { await follower.task.value }
    await state.withLock { $0.painter }?.value
  }

  /// Returns when all that has happened in operations that have ended is shown.
  package func catchUp() async {
    for follower in state.withLock(\.followers) where follower.operation.isOver { await follower.task.value }
  }

  /// Writes a text of a script's, above what is drawn again.
  package func write(_ text: String) { screen.write(text) }

  /// The operations that run, a line each.
  package var running: [StyledLine] {
    let now = ambient.now()
    return state.withLock { $0.operations.values.map { $0.summary(at: now) } }
  }

  private func show(_ event: Event, of operation: String) {
    state.withLock { $0.operations[operation]?.note(event) }
    if format == .json { return screen.line(event.value.jsonText()) }
    guard screen.isLive else { return screen.line(EventLine(event).text(color: screen.color)) }
    let lines = state.withLock { $0.operations[operation]?.lines(of: event) } ?? []
    for line in lines { screen.line(line.text(color: screen.color)) }
  }

  /// Draws what runs until nothing does.
  private func paintOften() async {
    var due = ambient.uptime()
    while true {
      // Whoever waits for the end needn't wait for a row that is due later.
      try? await ambient.sleep(Self.pace)
      let isOver = state.withLock { state in
        if state.operations.isEmpty { state.painter = nil }
        return state.operations.isEmpty
      }
      let began = ambient.uptime()
      guard isOver || began >= due else { continue }
      paint()
      if isOver { return }
      let end = ambient.uptime()
      due = end + (end - began) * Self.share
    }
  }

  private func paint() {
    guard screen.isLive, format == .text else { return }
    let (now, size) = (ambient.now(), screen.size)
    let operations = state.withLock { Array($0.operations.values) }
    // A person who types wants to see more than what runs.
    let room = screen.isEdited ? size.rows / 2 : size.rows - 2
    let height = max(1, room / max(1, operations.count))
    let lines = operations.flatMap { $0.lines(at: now, height: height) }
    screen.show(status: lines.map { $0.clipped(to: size.columns - 1).text(color: screen.color) })
  }
}

extension OperationRecord.Kind {
  fileprivate var startingStatus: String { "\(rawValue.uppercased())_IN_PROGRESS" }
}
