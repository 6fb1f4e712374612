import Document

extension Shown {
  /// The value as lines that fit some columns, as far as that goes.
  ///
  /// A list of records is a table with a header; a table that fits is one line, another has a line per entry.
  package func lines(fitting columns: Int) -> [StyledLine] {
    if case .card(let title, let facts, let more) = self { return Self.card(title, facts, more, columns) }
    if let records = records(fitting: columns) { return records }
    return lines(before: StyledLine(), after: "", columns: columns)
  }

  /// The value on one line.
  package var line: StyledLine {
    switch self {
    case .text(let text, let style): return StyledLine(text, style)
    case .card(let title, _, _): return StyledLine(title, .active)
    case .table(let items, let fields, let more):
      var parts = items.map(\.line)
      parts += fields.map { StyledLine("\($0.key) = ") + $0.value.line }
      if more > 0 { parts.append(StyledLine("… \(more) more", .faint)) }
      guard !parts.isEmpty else { return StyledLine("{}") }
      var line = StyledLine("{ ")
      for (index, part) in parts.enumerated() {
        if index > 0 { line.append(", ") }
        line.append(part)
      }
      line.append(" }")
      return line
    }
  }

  /// The value after what stands before it on its first line.
  private func lines(before: StyledLine, after: String, columns: Int) -> [StyledLine] {
    let line = before + self.line + StyledLine(after)
    guard case .table(let items, let fields, let more) = self, line.width > columns else { return [line] }
    let indent = String(repeating: " ", count: before.indent + 2)
    var lines = [before + StyledLine("{")]
    lines += Self.filled(items, indent, columns)
    for field in fields {
      lines += field.value.lines(before: StyledLine("\(indent)\(field.key) = "), after: ",", columns: columns)
    }
    if more > 0 { lines.append(StyledLine(indent) + StyledLine("… \(more) more", .faint)) }
    lines.append(StyledLine(String(repeating: " ", count: before.indent) + "}" + after))
    return lines
  }

  /// The items of a list: scalars as many to a line as fit, others on lines of their own.
  private static func filled(_ items: [Shown], _ indent: String, _ columns: Int) -> [StyledLine] {
    guard items.allSatisfy(\.isScalar) else {
      return items.flatMap { $0.lines(before: StyledLine(indent), after: ",", columns: columns) }
    }
    var lines: [StyledLine] = []
    for item in items {
      let next = item.line + StyledLine(",")
      if let last = lines.last, last.width + 1 + next.width <= columns {
        lines[lines.count - 1] = last + StyledLine(" ") + next
      } else {
        lines.append(StyledLine(indent) + next)
      }
    }
    return lines
  }

  private var isScalar: Bool { if case .text = self { true } else { false } }

  // MARK: Cards

  private static func card(_ title: String, _ facts: [Field], _ more: Int, _ columns: Int) -> [StyledLine] {
    let width = facts.map(\.key.displayWidth).max() ?? 0
    let lines = facts.map { fact in
      var line = StyledLine("  ")
      line.append(fact.key.replacing("_", with: " "), .faint, padding: width + 2)
      return (line + fact.value.cell.line).clipped(to: columns)
    }
    let rest = more > 0 ? [StyledLine("  and \(more) more fields", .faint)] : []
    return [StyledLine(title, .strong)] + lines + rest
  }

  // MARK: Records

  /// More columns than this are no table that anyone reads.
  private static let mostColumns = 12

  private func records(fitting columns: Int) -> [StyledLine]? {
    guard case .table(let items, fields: [], let more) = self, !items.isEmpty else { return nil }
    var names: [String] = []
    for item in items {
      guard case .table(let inner, let fields, 0) = item, inner.isEmpty, fields.count > 1,
        fields.contains(where: { $0.value.isScalar })
      else { return nil }
      for field in fields where !names.contains(field.key) { names.append(field.key) }
    }
    guard names.count <= Self.mostColumns else { return nil }
    let table = Table(names, items.map { $0.cells(names) })
    return table.styledLines(fitting: columns) + (more > 0 ? [StyledLine("… \(more) more", .faint)] : [])
  }

  private func cells(_ names: [String]) -> [Table.Cell] {
    guard case .table(_, let fields, _) = self else { return [] }
    let values = Dictionary(fields.map { ($0.key, $0.value) }) { first, _ in first }
    return names.map { values[$0]?.cell ?? Table.Cell("") }
  }

  private var cell: Table.Cell {
    switch self {
    case .text(let text, .number): return Table.Cell(text, isNumber: text.first?.isLetter == false)
    case .text(let text, .string): return Table.Cell(String(text.dropFirst().dropLast()))
    case .text("null", _), .text("nil", _): return Table.Cell("")
    case .text(let text, let style): return Table.Cell(text, style: style)
    case .card(let title, _, _): return Table.Cell(title)
    case .table(items: [], fields: [], more: 0): return Table.Cell("")
    case .table: return Table.Cell(line.text(color: false))
    }
  }
}

extension StyledLine {
  /// How many spaces the line begins with.
  fileprivate var indent: Int {
    pieces.first.map { $0.text.prefix { $0 == " " }.count } ?? 0
  }
}
