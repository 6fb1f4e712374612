package import Document
package import OrderedCollections

/// Rows as aligned columns; widths are those of a terminal.
package struct Table {
  private let columns: [String]
  private let rows: [[String]]

  package init(_ columns: [String], _ rows: [OrderedDictionary<String, Value>]) {
    let cells = rows.map { row in columns.map { row[$0].map(Self.text) ?? "" } }
    // A column that is empty throughout says nothing.
    let used = columns.indices.filter { index in cells.isEmpty || cells.contains { !$0[index].isEmpty } }
    self.columns = used.map { columns[$0] }
    self.rows = cells.map { cells in used.map { cells[$0] } }
  }

  /// The header and the rows, without trailing spaces.
  package var lines: [String] {
    let header = columns.map { $0.uppercased().replacing("_", with: " ") }
    let all = [header] + rows
    let widths = columns.indices.map { index in all.map { displayWidth($0[index]) }.max() ?? 0 }
    return all.map { cells in
      var line = zip(cells, widths)
        .map { $0 + String(repeating: " ", count: $1 - displayWidth($0)) }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  private static func text(_ value: Value) -> String {
    let text = value.scalarText ?? (value.isNull ? "" : value.jsonText())
    return text.replacing("\n", with: " ")
  }
}
