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

  private var nameWidth: Int { completion.candidates.map(\.label.displayWidth).max() ?? 0 }

  private func row(_ index: Int, _ perRow: Int, _ columns: Int) -> StyledLine {
    var line = StyledLine("  ")
    let indices = index * perRow..<min((index + 1) * perRow, completion.candidates.count)
    for index in indices {
      let candidate = completion.candidates[index]
      let isLast = index == indices.upperBound - 1 && candidate.kind.isEmpty && candidate.summary.isEmpty
      line.append(candidate.label, index == chosen ? .chosen : nil)
      if isLast { break }
      line.append(String(repeating: " ", count: min(nameWidth, 40) - min(candidate.label.displayWidth, 40) + 2))
      if perRow == 1 {
        line.append(candidate.kind, .number, padding: 9)
        line.append(candidate.summary.harmless, .faint)
      }
    }
    return line.clipped(to: columns - 1)
  }
}
