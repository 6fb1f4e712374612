import Ambience
import Document
import OrderedCollections
import StackEngine

extension OperationProgress {
  /// The resources as a tree, each below what it waited for last; at most `height` lines.
  ///
  /// Where there is no room for all, those that have ended go first, then those that wait.
  func tree(at now: Timestamp, height: Int) -> [StyledLine] {
    ProgressTree(self, now, height: height).lines
  }
}

/// Draws an operation as a tree.
private struct ProgressTree {
  /// What matters most comes first.
  private enum State: CaseIterable {
    case failed, running, waiting, ended
  }

  private struct Row {
    var lead: String
    let id: String
  }

  /// Deeper than this the tree goes on at the same depth.
  private static let depthLimit = 12

  private let progress: OperationProgress
  private let now: Timestamp
  private let items: OrderedDictionary<String, OutlineItem>
  private let shown: Set<String>
  /// How many aren't shown, by their state.
  private var hidden: [State: Int] = [:]

  init(_ progress: OperationProgress, _ now: Timestamp, height: Int) {
    self.progress = progress
    self.now = now
    var items = OrderedDictionary(
      progress.outline.map { ($0.logicalID, $0) }, uniquingKeysWith: { first, _ in first })
    for (id, resource) in progress.resources where items[id] == nil {
      items[id] = OutlineItem(id, type: resource.type, needs: [])
    }
    self.items = items
    if items.count <= height {
      shown = Set(items.keys)
      return
    }
    let groups = Dictionary(grouping: items.keys) { Self.state($0, progress) }
    var shown: Set<String> = []
    // Two lines say what isn't shown.
    var room = max(0, height - 2)
    for state in State.allCases {
      let group = groups[state] ?? []
      shown.formUnion(group.prefix(room))
      if group.count > room { hidden[state] = group.count - room }
      room = max(0, room - group.count)
    }
    self.shown = shown
  }

  private static func state(_ id: String, _ progress: OperationProgress) -> State {
    guard let resource = progress.resources[id] else { return .waiting }
    if resource.isFailed || !resource.failure.isEmpty { return .failed }
    return resource.isRunning ? .running : .ended
  }

  var lines: [StyledLine] {
    let rows = rows
    let width = min(44, max(21, rows.map { $0.lead.count + 2 + $0.id.displayWidth }.max() ?? 0))
    var lines = rows.map { line($0, width) }
    if let ended = hidden[.ended] { lines.insert(StyledLine(" ✓ \(ended) done", .faint), at: 0) }
    let more = [
      (hidden[.failed] ?? 0, "failed"), (hidden[.running] ?? 0, "running"),
      (hidden[.waiting] ?? 0, "waiting"),
    ].filter { $0.0 > 0 }.map { "\($0) \($1)" }
    if !more.isEmpty { lines.append(StyledLine("   … \(more.joined(separator: ", ")) more", .faint)) }
    return lines
  }

  // MARK: - Shape

  /// The shown items in the order of the tree, with what leads to them.
  private var rows: [Row] {
    var depth: [String: Int] = [:]
    var children: [String: [String]] = [:]
    var roots: [String] = []
    // Plans order what needs others behind them, but for deletions; those are as deep as they come.
    for id in sorted where shown.contains(id) {
      let above = ancestors(of: id).max { (depth[$0] ?? 0, $1) < (depth[$1] ?? 0, $0) }
      depth[id] = above.map { (depth[$0] ?? 0) + 1 } ?? 0
      if let above { children[above, default: []].append(id) } else { roots.append(id) }
    }
    var rows: [Row] = []
    var open = roots.reversed().map { (id: $0, lead: "", margin: "", depth: 0) }
    while let next = open.popLast() {
      rows.append(Row(lead: next.lead, id: next.id))
      let below = children[next.id] ?? []
      let isDeep = next.depth >= Self.depthLimit
      for (index, id) in below.enumerated().reversed() {
        let isLast = index == below.count - 1
        let lead = next.margin + (isLast ? "└─ " : "├─ ")
        let margin = next.margin + (isLast ? "   " : "│  ")
        open.append(
          isDeep ? (id, next.lead, next.margin, next.depth) : (id, lead, margin, next.depth + 1))
      }
    }
    return rows
  }

  /// The items, each behind those that it needs.
  private var sorted: [String] {
    var waits: [String: Int] = [:]
    var users: [String: [String]] = [:]
    for item in items.values {
      let needs = item.needs.filter { items[$0] != nil }
      waits[item.logicalID] = needs.count
      for need in needs { users[need, default: []].append(item.logicalID) }
    }
    var order = Array(items.keys).filter { waits[$0] == 0 }
    var next = 0
    while next < order.count {
      for user in users[order[next]] ?? [] {
        waits[user, default: 0] -= 1
        if waits[user] == 0 { order.append(user) }
      }
      next += 1
    }
    return order
  }

  /// The nearest of what an item needs, and of what that needs, that is shown.
  private func ancestors(of id: String) -> [String] {
    var found: [String] = []
    var seen: Set<String> = [id]
    var open = items[id]?.needs ?? []
    while let next = open.popLast() {
      guard seen.insert(next).inserted else { continue }
      if shown.contains(next) { found.append(next) } else { open += items[next]?.needs ?? [] }
    }
    return found
  }

  // MARK: - Lines

  private func line(_ row: Row, _ width: Int) -> StyledLine {
    let resource = progress.resources[row.id]
    let state = Self.state(row.id, progress)
    var line = StyledLine(" ")
    line.append(row.lead, .faint)
    let (mark, style) = mark(state, resource)
    line.append(mark, style)
    line.append(" " + row.id.harmless, nil, padding: max(0, width - row.lead.count - 1))
    line.append("  " + (items[row.id]?.type ?? ""), .faint, padding: 34)
    guard let resource else {
      if !progress.status.hasSuffix("_IN_PROGRESS"), !progress.status.isEmpty {
        line.append("  not begun", .faint)
        return line
      }
      let needs = (items[row.id]?.needs ?? []).filter { !isOver($0) }
      line.append("  waits", .faint)
      if !needs.isEmpty { line.append(" for " + named(needs), .faint) }
      return line
    }
    line.append("  " + resource.status, style, padding: 20)
    line.append("  " + (resource.ended ?? now).since(resource.started), .faint)
    let reason = resource.failure.isEmpty ? resource.wait : resource.failure
    if !reason.isEmpty { line.append("  " + reason.harmless) }
    return line
  }

  private func mark(_ state: State, _ resource: OperationProgress.Resource?) -> (String, Style?) {
    if resource?.isRunning ?? false {
      return (OperationProgress.spinner(at: now), state == .failed ? .bad : .active)
    }
    switch state {
    case .failed: return ("✗", .bad)
    case .running, .waiting: return ("○", .faint)
    case .ended: return ("✓", .good)
    }
  }

  private func isOver(_ id: String) -> Bool {
    progress.resources[id].map { !$0.isRunning } ?? false
  }

  private func named(_ ids: [String]) -> String {
    ids.count <= 3
      ? ids.joined(separator: ", ") : ids.prefix(2).joined(separator: ", ") + " and \(ids.count - 2) more"
  }
}
