package import Document
package import OrderedCollections

/// Rows as aligned columns; widths are those of a terminal.
package struct Table: Sendable {
  package struct Cell: Sendable, Hashable {
    let text: String
    /// Numbers stand at the right of their column.
    let isNumber: Bool
    let style: Style?

    package init(_ text: String, isNumber: Bool = false, style: Style? = nil) {
      self.text = text.harmless
      self.isNumber = isNumber
      self.style = style
    }

    var line: StyledLine { StyledLine(text, style) }

    fileprivate init(_ value: Value?) {
      switch value {
      case nil, .null: self.init("")
      case .integer, .number: self.init(value?.scalarText ?? "", isNumber: true)
      case .some(let value): self.init(value.scalarText ?? value.jsonText())
      }
    }
  }

  private static let gap = "  "
  private static let narrowest = 6

  private let columns: [String]
  private let rows: [[Cell]]

  package init(_ columns: [String], _ rows: [OrderedDictionary<String, Value>]) {
    self.init(columns, rows.map { row in columns.map { Cell(row[$0]) } })
  }

  package init(_ columns: [String], _ rows: [[Cell]]) {
    // A column that is empty throughout says nothing.
    let used = columns.indices.filter { index in rows.isEmpty || rows.contains { !$0[index].text.isEmpty } }
    self.columns = used.map { columns[$0] }
    self.rows = rows.map { cells in used.map { cells[$0] } }
  }

  /// The header and the rows, without trailing spaces.
  package var lines: [String] { styledLines().map { $0.text(color: false) } }

  /// The header and the rows, whose widest columns are cut so that a row fits.
  package func styledLines(fitting width: Int? = nil) -> [StyledLine] {
    let header = columns.map { Cell($0.uppercased().replacing("_", with: " ")) }
    let widths = widths([header] + rows, fitting: width)
    let numeric = columns.indices.map { index in rows.contains { $0[index].isNumber } }
    return [line(header, widths, numeric, .strong)] + rows.map { line($0, widths, numeric, nil) }
  }

  private func widths(_ rows: [[Cell]], fitting width: Int?) -> [Int] {
    var widths = columns.indices.map { index in rows.map { $0[index].text.displayWidth }.max() ?? 0 }
    guard let width else { return widths }
    let room = width - Self.gap.count * max(0, widths.count - 1)
    while widths.reduce(0, +) > room, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
      widths[widest] > Self.narrowest
    {
      widths[widest] -= 1
    }
    return widths
  }

  private func line(_ cells: [Cell], _ widths: [Int], _ numeric: [Bool], _ style: Style?) -> StyledLine {
    var line = StyledLine()
    for (index, cell) in cells.enumerated() {
      let shown = StyledLine(cell.text).clipped(to: widths[index])
      let space = String(repeating: " ", count: max(0, widths[index] - shown.width))
      let text = shown.text(color: false)
      let isLast = index == cells.count - 1
      if index > 0 { line.append(Self.gap) }
      line.append((numeric[index] ? space + text : text), style ?? cell.style)
      if !numeric[index], !isLast { line.append(space) }
    }
    return line.trimmed
  }
}
