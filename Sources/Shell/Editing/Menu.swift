import Document

/// The candidates below a line that is being completed, one of which may be chosen.
struct Menu: Sendable {
  let completion: Completion
  private(set) var chosen: Int?

  init(_ completion: Completion) { self.completion = completion }

  /// Chooses the next candidate, or the one before.
  mutating func step(_ direction: Int) -> Completion.Candidate {
    let count = completion.candidates.count
    let next = chosen.map { ($0 + direction + count) % count } ?? (direction > 0 ? 0 : count - 1)
    chosen = next
    return completion.candidates[next]
  }

  /// The menu in at most some rows; candidates without a description share rows.
  func rows(of height: Int, columns: Int) -> [StyledLine] {
    let isPlain = completion.candidates.allSatisfy { $0.summary.isEmpty }
    let perRow = isPlain ? max(1, (columns - 2) / (nameWidth + 2)) : 1
    let count = (completion.candidates.count + perRow - 1) / perRow
    guard count > height else { return (0..<count).map { row($0, perRow, columns) } }
    let shown = max(1, height - 1)
    let first = min(max(0, (chosen ?? 0) / perRow - shown / 2), count - shown)
    let rest = completion.candidates.count - shown * perRow
    return (first..<first + shown).map { row($0, perRow, columns) } + [StyledLine("  … \(rest) more", .faint)]
  }

  /// Longer names are cut where descriptions stand beside them.
  private static let longestName = 48

  private var nameWidth: Int { completion.candidates.map(\.label.displayWidth).max() ?? 0 }

  private func row(_ index: Int, _ perRow: Int, _ columns: Int) -> StyledLine {
    var line = StyledLine("  ")
    let indices = index * perRow..<min((index + 1) * perRow, completion.candidates.count)
    for index in indices {
      let candidate = completion.candidates[index]
      let width = perRow == 1 ? min(nameWidth, Self.longestName) : nameWidth
      let name = StyledLine(candidate.label.harmless, index == chosen ? .chosen : nil).clipped(to: width)
      line.append(name)
      line.append(String(repeating: " ", count: width - name.width + 2))
      if perRow == 1 { line.append(candidate.note, .faint) }
    }
    return line.trimmed.clipped(to: columns - 1)
  }
}

extension Completion.Candidate {
  /// What it is: in a sentence if there is one, else in a word.
  fileprivate var note: String { summary.isEmpty ? kind : summary.harmless }
}
