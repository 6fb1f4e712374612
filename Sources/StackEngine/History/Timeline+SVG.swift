import Ambience
package import Document
import OrderedCollections
import Templates

extension Timeline {
  /// The timeline as a picture: a row for each resource, the critical path in full colour and joined.
  package var svgText: String { TimelinePicture(self).text }

  /// The timeline for programs; instants are seconds from the operation's start.
  package var value: Value {
    [
      "stack": .string(stack), "operation": .string(kind.rawValue), "phase": .string(phase.rawValue),
      "started": .string(started.description), "seconds": seconds(span),
      "criticalSeconds": seconds(criticalSpan), "workSeconds": seconds(work),
      "critical": .list(critical.map { .integer(Int64($0)) }),
      "bars": .list(bars.map(value)),
    ]
  }

  private func value(_ bar: Bar) -> Value {
    [
      "logicalID": .string(bar.logicalID), "type": .string(bar.type), "verb": .string(bar.verb),
      "ready": seconds(bar.ready - started), "start": seconds(bar.started - started),
      "end": seconds(bar.ended - started), "result": .string(bar.result.rawValue),
      "reason": .string(bar.reason), "needs": .list(bar.needs.map { .integer(Int64($0)) }),
      "isCritical": .bool(bar.isCritical),
    ]
  }

  private func seconds(_ span: Duration) -> Value { .number(Double(span.milliseconds) / 1000) }
}

/// Draws a timeline as SVG.
private struct TimelinePicture {
  private static let margin = 24.0
  private static let header = 66.0
  private static let row = 26.0
  private static let bar = 15.0
  private static let chart = 760.0

  private let timeline: Timeline
  private let scale: TimeScale
  /// The room for the names at the left, and for the spans at the right.
  private let names: Double
  private let spans: Double

  init(_ timeline: Timeline) {
    self.timeline = timeline
    scale = TimeScale(timeline.span, steps: 8)
    let widths = timeline.bars.map { bar in
      TextWidth.of(bar.logicalID, size: 12, isBold: true)
        + TextWidth.of(Self.detail(bar, timeline), size: 10) + 10
    }
    names = min(max(widths.max() ?? 0, 120), 380)
    spans = 64
  }

  private static func detail(_ bar: Timeline.Bar, _ timeline: Timeline) -> String {
    let type = bar.type.split(separator: ":", omittingEmptySubsequences: true).dropFirst()
      .joined(separator: " · ")
    return timeline.hasOneVerb ? type : "\(bar.verb.lowercased())  \(type)"
  }

  // MARK: - Measures

  private var left: Double { Self.margin + names + 14 }
  private var width: Double { left + Self.chart + spans + Self.margin }
  private var bottom: Double { Self.header + Self.row * Double(timeline.bars.count) + 6 }
  private var height: Double { bottom + 62 }

  private func x(_ time: Timestamp) -> Double {
    left + scale.share(time - timeline.started) * Self.chart
  }
  private func y(_ index: Int) -> Double { Self.header + Self.row * (Double(index) + 0.5) }

  // MARK: - Parts

  var text: String {
    let indices = Array(timeline.bars.indices)
    let parts =
      [SVG.head(width: width, height: height)] + titles + grid
      + zip(
        timeline.critical, timeline.critical.dropFirst()
      ).map(joint) + indices.flatMap(row) + legend
    return (parts + ["</svg>", ""]).joined(separator: "\n")
  }

  private var titles: [String] {
    let lines = timeline.headlines.map(\.text)
    let first = lines.first ?? ""
    let rest = first.dropFirst(timeline.stack.count).drop { $0 == " " || $0 == "·" }
    let path = TextWidth.cut(lines.dropFirst().first ?? "", size: 11, to: width - 2 * Self.margin)
    return [
      SVG.title(timeline.stack, String(rest), x: Self.margin),
      SVG.label(path, x: Self.margin, y: 51, size: 11, color: "#4d5866"),
    ]
  }

  private var grid: [String] {
    scale.marks.flatMap { mark in
      let x = left + scale.share(mark) * Self.chart
      return [
        line(x, Self.header - 2, x, bottom, color: "#e4e8ee"),
        SVG.label(mark.briefWords, x: x - 3, y: bottom + 15, size: 10, color: "#6b7685"),
      ]
    }
  }

  private func row(_ index: Int) -> [String] {
    let bar = timeline.bars[index]
    let middle = y(index)
    let colors = ResourceFamily(type: bar.type).colors
    let (from, to) = (x(bar.started), max(x(bar.ended), x(bar.started) + 2))
    let name = TextWidth.cut(bar.logicalID, size: 12, isBold: bar.isCritical, to: names)
    let taken = TextWidth.of(name, size: 12, isBold: bar.isCritical) + 8
    let detail = TextWidth.cut(Self.detail(bar, timeline), size: 10, to: max(0, names - taken))
    let isBad = bar.result == .failed
    var parts = [
      SVG.label(
        name, x: Self.margin, y: middle + 4, size: 12, weight: bar.isCritical ? "bold" : "normal",
        color: isBad ? "#c2304a" : "#1f2733")
    ]
    if names - taken > 30 {
      parts.append(
        SVG.label(detail, x: Self.margin + taken, y: middle + 4, size: 10, color: "#8a94a3"))
    }
    if bar.ready > timeline.started {
      parts.append(line(left, middle, x(bar.ready), middle, color: "#c3cad4", dashes: "1.5 4"))
    }
    if bar.started > bar.ready {
      parts.append(line(x(bar.ready), middle, from, middle, color: "#e0a63c", dashes: "4 3"))
    }
    parts.append(box(bar, from, to, middle, isBad ? ("#c2304a", "#fcebee") : colors))
    parts.append(
      SVG.label(
        bar.span.words, x: to + 6, y: middle + 4, size: 10, weight: bar.isCritical ? "bold" : "normal",
        color: isBad ? "#c2304a" : "#4d5866"))
    return parts
  }

  private func box(
    _ bar: Timeline.Bar, _ from: Double, _ to: Double, _ middle: Double,
    _ colors: (mark: String, fill: String)
  ) -> String {
    let fill = bar.isCritical ? colors.mark : colors.fill
    let tail = bar.reason.isEmpty ? "" : ": \(bar.reason)"
    let title = "\(bar.logicalID) \(bar.verb.lowercased()) \(bar.result.rawValue)\(tail)"
    let dashes = bar.result == .running ? " stroke-dasharray=\"4 3\"" : ""
    return """
      <g><title>\(SVG.escaped(title))</title><rect x="\(SVG.number(from))" \
      y="\(SVG.number(middle - Self.bar / 2))" width="\(SVG.number(to - from))" \
      height="\(SVG.number(Self.bar))" rx="3" fill="\(fill)" stroke="\(colors.mark)"\(dashes)/></g>
      """
  }

  /// The step from one bar of the critical path to the next, in right angles.
  private func joint(_ from: Int, _ to: Int) -> String {
    let (start, end) = (x(timeline.bars[from].ended), x(timeline.bars[to].started))
    let (above, below) = (y(from), y(to) + (y(to) > y(from) ? -Self.bar / 2 : Self.bar / 2))
    let points = [(start, above), (end, above), (end, below)]
    let path = points.map { "\(SVG.number($0.0 + 1)) \(SVG.number($0.1))" }.joined(separator: " L")
    return "<path d=\"M\(path)\" fill=\"none\" stroke=\"#4d5866\" stroke-width=\"1.4\"/>"
  }

  private func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, color: String, dashes: String? = nil
  ) -> String {
    "<line x1=\"\(SVG.number(x1))\" y1=\"\(SVG.number(y1))\" x2=\"\(SVG.number(x2))\" y2=\"\(SVG.number(y2))\" "
      + "stroke=\"\(color)\"" + (dashes.map { " stroke-dasharray=\"\($0)\"" } ?? "") + "/>"
  }

  private var legend: [String] {
    let y = bottom + 40
    func swatch(_ x: Double, _ fill: String) -> String {
      "<rect x=\"\(SVG.number(x))\" y=\"\(SVG.number(y - 9))\" width=\"22\" height=\"11\" rx=\"3\" fill=\"\(fill)\" "
        + "stroke=\"#5f6b7a\"/>"
    }
    func label(_ text: String, _ x: Double) -> String {
      SVG.label(text, x: x, y: y, size: 11, color: "#4d5866")
    }
    let x = Self.margin
    return [
      swatch(x, "#5f6b7a"), label("critical path", x + 29), swatch(x + 120, "#eef1f4"),
      label("other work", x + 149),
      line(x + 232, y - 4, x + 258, y - 4, color: "#9aa5b4", dashes: "1.5 4"),
      label("waits for others", x + 265),
      line(x + 372, y - 4, x + 398, y - 4, color: "#e0a63c", dashes: "4 3"),
      label("ready, held back", x + 405),
    ]
  }
}
