package import Ambience
import Document
import OrderedCollections
package import StackEngine

/// How far an operation on a stack is, as its events tell.
package struct OperationProgress: Sendable {
  struct Resource {
    var type: String
    var status: String
    var started: Timestamp
    var ended: Timestamp?
    /// What it waits for, where it says so.
    var wait = ""
    /// Why it failed, which stays said while what is left of it goes.
    var failure = ""

    var isRunning: Bool { status.hasSuffix("_IN_PROGRESS") }
    var isFailed: Bool { status.hasSuffix("_FAILED") }
  }

  package let stack: String
  /// What it is going to do, where its plan says so: this is then drawn as a tree.
  let outline: [OutlineItem]
  private var started: Timestamp
  private(set) var status: String
  private(set) var resources: OrderedDictionary<String, Resource> = [:]

  package init(
    _ stack: String, started: Timestamp, status: String = "", outline: [OutlineItem] = []
  ) {
    self.stack = stack
    self.started = started
    self.status = status
    self.outline = outline
  }

  /// Notes an event.
  package mutating func note(_ event: Event) {
    // Events that were on their way when the operation was noticed are older than that.
    started = min(started, event.time)
    guard let name = event.logicalID else {
      status = event.status
      return
    }
    var resource =
      resources[name] ?? Resource(type: event.type, status: event.status, started: event.time)
    if !resource.isRunning { resource.started = event.time }
    resource.status = event.status
    resource.ended = resource.isRunning ? nil : event.time
    resource.wait = resource.isRunning ? event.reason : ""
    if resource.isFailed { resource.failure = event.reason }
    resources[name] = resource
  }

  // MARK: Lines that stay

  /// The lines that stay of an event that was noted, if it ended something: without a tree those of each resource,
  /// with one the whole tree at the end.
  package func lines(of event: Event) -> [StyledLine] {
    guard event.isEnd else { return [] }
    if let name = event.logicalID {
      guard outline.isEmpty, let resource = resources[name] else { return [] }
      return [line(name, resource, event)]
    }
    return (outline.isEmpty ? [] : tree(at: event.time, height: .max)) + [ending(event)]
  }

  private func line(_ name: String, _ resource: Resource, _ event: Event) -> StyledLine {
    var line = StyledLine(" ")
    line.append(event.mark, event.style)
    line.append(" " + name.harmless, nil, padding: 21)
    line.append("  " + resource.type, .faint, padding: 34)
    line.append("  " + event.status, event.style, padding: 20)
    line.append("  " + (resource.ended ?? resource.started).since(resource.started), .faint)
    if !event.reason.isEmpty, !event.isSuccess { line.append("  " + event.reason.harmless) }
    return line
  }

  private func ending(_ event: Event) -> StyledLine {
    var line = StyledLine(stack.harmless + " ", .strong)
    line.append(event.status, event.style)
    let count = resources.count
    line.append(" in " + event.time.since(started), .faint)
    if count > 0 { line.append(" · \(count) resource\(count == 1 ? "" : "s")", .faint) }
    if !event.reason.isEmpty, !event.isSuccess { line.append(": " + event.reason.harmless) }
    return line
  }

  // MARK: Lines that change

  /// What runs now, and where the whole is; at most `height` lines.
  package func lines(at now: Timestamp, height: Int = 8) -> [StyledLine] {
    if !outline.isEmpty { return tree(at: now, height: max(0, height - 1)) + [summary(at: now)] }
    let running = resources.filter(\.value.isRunning)
    let shown = running.count < height ? running.count : max(0, height - 2)
    var lines = running.prefix(shown).map { name, resource in
      var line = StyledLine(" ")
      line.append(Self.spinner(at: now), .active)
      line.append(" " + name.harmless, nil, padding: 21)
      line.append("  " + resource.type, .faint, padding: 34)
      line.append("  " + resource.status, .active, padding: 20)
      line.append("  " + now.since(resource.started), .faint)
      return line
    }
    if running.count > shown, height > 1 {
      lines.append(StyledLine("   … \(running.count - shown) more", .faint))
    }
    lines.append(summary(at: now))
    return lines
  }

  /// The whole operation in one line: `web ▸ CREATE_IN_PROGRESS · 4 done, 2 running · 3.1 s`.
  package func summary(at now: Timestamp) -> StyledLine {
    let running = resources.values.count(where: \.isRunning)
    let failed = resources.values.count(where: \.isFailed)
    let done = resources.count - running - failed
    let waiting = outline.count { resources[$0.logicalID] == nil }
    var line = StyledLine(stack.harmless, .strong)
    line.append(" ▸ ", .faint)
    line.append(status.isEmpty ? "starting" : status, status.hasPrefix("ROLLBACK") ? .bad : .active)
    line.append(
      " · \(done) done, \(running) running" + (failed > 0 ? ", \(failed) failed" : "")
        + (waiting > 0 ? ", \(waiting) waiting" : ""))
    line.append(" · " + now.since(started), .faint)
    return line
  }

  private static let frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"]

  static func spinner(at now: Timestamp) -> String {
    frames[Int(now.milliseconds / 100 % Int64(frames.count))]
  }
}

extension Event {
  var isSuccess: Bool { status.hasSuffix("_COMPLETE") && !status.contains("ROLLBACK") }
  fileprivate var isEnd: Bool { !status.hasSuffix("_IN_PROGRESS") }
  fileprivate var mark: String { isSuccess ? "✓" : status.hasSuffix("_FAILED") ? "✗" : "·" }

  fileprivate var style: Style? {
    if isSuccess { return .good }
    return status.hasSuffix("_FAILED") || status.contains("ROLLBACK") ? .bad : nil
  }
}

extension Timestamp {
  /// The time since an earlier one, for people: `0.4 s`, `12 s`, `3 min 5 s`.
  func since(_ earlier: Timestamp) -> String { (self - earlier).words }
}

extension Duration {
  /// The span for people: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 4 min`.
  package var words: String {
    let (seconds, attoseconds) = components
    if seconds < 10 {
      let tenths = max(0, seconds * 10 + attoseconds / 100_000_000_000_000_000)
      return "\(tenths / 10).\(tenths % 10) s"
    }
    if seconds < 60 { return "\(seconds) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }
}
