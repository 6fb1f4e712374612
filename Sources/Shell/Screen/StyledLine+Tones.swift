package import Document

extension StyledLine {
  /// A line as its tones look on a terminal.
  package init(_ line: TonedLine) {
    self.init()
    for piece in line.pieces { append(piece.text.harmless, Style(piece.tone)) }
    self = trimmed
  }
}

extension Style {
  fileprivate init?(_ tone: TonedLine.Tone) {
    switch tone {
    case .plain: return nil
    case .strong: self = .strong
    case .faint: self = .faint
    case .good: self = .good
    case .bad: self = .bad
    case .active: self = .active
    }
  }
}

extension Output {
  /// Writes a line, in colours if this is a terminal whose owner wants them.
  package func line(_ line: TonedLine) { self.line(StyledLine(line).text(color: isColored)) }
}
