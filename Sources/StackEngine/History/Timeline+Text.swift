import Ambience
package import Document

extension Timeline {
  /// The timeline as a chart that fits some columns of a terminal.
  package func lines(width: Int) -> [TonedLine] { TimelineChart(self, width: width).lines }

  /// How the operation went, in one line, and its critical path in another.
  var headlines: [TonedLine] {
    var first = TonedLine(stack, .strong)
    first.append(" · \(kind.rawValue) · ", .faint)
    let (word, tone) = verdict
    first.append(word, tone)
    first.append(isRunning ? " for " : " in ", .plain)
    first.append(span.words, .strong)
    first.append(" · \(bars.count) step\(bars.count == 1 ? "" : "s") of \(work.words) work", .faint)
    if bars.isEmpty { return [first] }
    var second = TonedLine("critical path ", .faint)
    second.append(criticalSpan.words, .strong)
    second.append(" · " + pathNames.joined(separator: " → "), .faint)
    return [first, second]
  }

  /// The resources of the critical path, its middle left out where it is long.
  var pathNames: [String] {
    let names = critical.map { bars[$0].logicalID }
    return names.count <= 8 ? names : names.prefix(4) + ["… \(names.count - 7) more …"] + names.suffix(3)
  }

  private var isRunning: Bool { phase == .forward || phase == .rollback }

  private var verdict: (String, TonedLine.Tone) {
    switch phase {
    case .succeeded: ("succeeded", .good)
    case .failed: ("failed", .bad)
    case .rolledBack: ("rolled back", .bad)
    case .forward: ("in progress", .active)
    case .rollback: ("going back", .bad)
    }
  }

  /// Whether all bars are of one verb, which then goes without saying.
  var hasOneVerb: Bool { Set(bars.map(\.verb)).count < 2 }
}

/// Draws a timeline with characters, to half a column.
private struct TimelineChart {
  private static let gap = 2
  private static let narrowest = 24

  private let timeline: Timeline
  private let scale: TimeScale
  /// The columns of the names, the types (none where there is no room), the chart and the spans.
  private let names: Int
  private let types: Int
  private let chart: Int
  private let spans: Int

  init(_ timeline: Timeline, width: Int) {
    self.timeline = timeline
    let widest = timeline.bars.map { Self.name($0, timeline).displayWidth }.max() ?? 0
    let widestType = timeline.bars.map { $0.type.displayWidth }.max() ?? 0
    names = max(4, min(widest, width / 3))
    spans = timeline.bars.map(\.span.words.count).max() ?? 0
    let room = width - 2 - names - 2 * Self.gap - spans
    let hasTypes = room - widestType - Self.gap >= max(Self.narrowest, width / 3)
    types = hasTypes ? widestType : 0
    chart = max(Self.narrowest, hasTypes ? room - widestType - Self.gap : room)
    scale = TimeScale(timeline.span, steps: max(2, chart / 9))
  }

  private static func name(_ bar: Timeline.Bar, _ timeline: Timeline) -> String {
    timeline.hasOneVerb ? bar.logicalID : "\(bar.logicalID) \(bar.verb.lowercased())"
  }

  var lines: [TonedLine] {
    let bars = timeline.bars
    if bars.isEmpty { return timeline.headlines }
    let legend = TonedLine(
      "  █ critical path   ━ other work   · waits for others   ┄ ready, held back", .faint)
    return timeline.headlines + [TonedLine()] + bars.map(line) + [axis, TonedLine(), legend]
  }

  private func line(_ bar: Timeline.Bar) -> TonedLine {
    let tone = tone(bar)
    var line = TonedLine(bar.result == .failed ? "✗ " : bar.isCritical ? "◆ " : "  ", tone)
    line.append(
      fitted(Self.name(bar, timeline), names),
      bar.result == .failed ? .bad : bar.isCritical ? .strong : .plain)
    line.append(spaces(Self.gap))
    if types > 0 { line.append(fitted(bar.type, types) + spaces(Self.gap), .faint) }
    append(bar, tone, to: &line)
    let span = bar.span.words
    line.append(spaces(Self.gap + spans - span.count) + span, bar.isCritical ? .strong : .faint)
    return line
  }

  private func tone(_ bar: Timeline.Bar) -> TonedLine.Tone {
    switch bar.result {
    case .failed: .bad
    case .running: .active
    case .succeeded: bar.isCritical ? .strong : .good
    }
  }

  // MARK: - Bars

  /// Draws a bar in half columns: at least one, so that nothing that happened is invisible.
  private func append(_ bar: Timeline.Bar, _ tone: TonedLine.Tone, to line: inout TonedLine) {
    let start = min(half(bar.started), 2 * chart - 1)
    let end = max(half(bar.ended), start + 1)
    let ready = (half(bar.ready) + 1) / 2
    for column in 0..<chart {
      let (isLeft, isRight) = (
        start <= 2 * column && 2 * column < end, start <= 2 * column + 1 && 2 * column + 1 < end
      )
      switch (isLeft, isRight) {
      case (true, true): line.append(bar.isCritical ? "█" : "━", tone)
      case (true, false): line.append(bar.isCritical ? "▌" : "╸", tone)
      case (false, true): line.append(bar.isCritical ? "▐" : "╺", tone)
      case (false, false) where 2 * column >= end: line.append(" ")
      case (false, false): line.append(column < ready ? "·" : "┄", .faint)
      }
    }
  }

  /// Where an instant is, in half columns.
  private func half(_ time: Timestamp) -> Int {
    Int((scale.share(time - timeline.started) * Double(2 * chart)).rounded())
  }

  // MARK: - Axis

  private var axis: TonedLine {
    var text = ""
    for mark in scale.marks {
      let column = Int((scale.share(mark) * Double(chart)).rounded())
      let label = "╵" + mark.briefWords
      guard column >= text.count, column + label.count <= chart + Self.gap + spans else { continue }
      text += spaces(column - text.count) + label
    }
    let lead = 2 + names + Self.gap + (types > 0 ? types + Self.gap : 0)
    return TonedLine(spaces(lead) + text, .faint)
  }

  // MARK: - Texts

  private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }

  private func fitted(_ text: String, _ columns: Int) -> String {
    let width = text.displayWidth
    if width <= columns { return text + spaces(columns - width) }
    var cut = Substring(text)
    while !cut.isEmpty, String(cut).displayWidth + 1 > columns { cut.removeLast() }
    return cut + "…" + spaces(columns - 1 - String(cut).displayWidth)
  }
}

/// The marks of an axis of time at round instants.
struct TimeScale {
  private static let rounds: [Int64] = [
    10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    1_200_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 28_800_000, 86_400_000,
  ]

  let span: Duration
  let marks: [Duration]

  /// A scale over a span, with about as many steps as are wanted.
  init(_ span: Duration, steps: Int) {
    let total = max(1, span.milliseconds)
    let step = Self.rounds.first { total / $0 < Int64(max(1, steps)) } ?? total
    self.span = .milliseconds(total)
    marks = stride(from: 0, through: total, by: Int(step)).map { .milliseconds($0) }
  }

  /// Where an instant after the start is, from 0 to 1.
  func share(_ span: Duration) -> Double {
    min(1, max(0, Double(span.milliseconds) / Double(self.span.milliseconds)))
  }
}

extension Duration {
  /// The span for people: `40 ms`, `1.2 s`, `12 s`, `3 min 5 s`, `2 h 4 min`.
  var words: String {
    let milliseconds = max(0, milliseconds)
    if milliseconds < 1000 { return "\(milliseconds) ms" }
    let seconds = milliseconds / 1000
    if seconds < 60 { return "\(seconds).\(milliseconds / 100 % 10) s" }
    if seconds < 3600 { return "\(seconds / 60) min \(seconds % 60) s" }
    return "\(seconds / 3600) h \(seconds / 60 % 60) min"
  }

  /// The same as a mark on an axis: nothing that is 0 is said.
  var briefWords: String {
    let seconds = milliseconds / 1000
    if milliseconds < 1000 { return milliseconds == 0 ? "0" : "\(milliseconds) ms" }
    if seconds < 60 { return milliseconds % 1000 == 0 ? "\(seconds) s" : words }
    if seconds < 3600 { return "\(seconds / 60) min" + (seconds % 60 == 0 ? "" : " \(seconds % 60) s") }
    return "\(seconds / 3600) h" + (seconds / 60 % 60 == 0 ? "" : " \(seconds / 60 % 60) min")
  }
}
