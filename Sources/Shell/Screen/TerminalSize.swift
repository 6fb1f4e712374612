import CReadline

/// How large a terminal is, in characters.
package struct TerminalSize: Sendable, Hashable {
  package var rows: Int
  package var columns: Int

  package init(rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
  }

  /// The size of the terminal behind a descriptor; 24 rows of 80 columns where there is none.
  package init(of descriptor: Int32) {
    let (rows, columns) = (Int(ct_rows(descriptor)), Int(ct_columns(descriptor)))
    self.init(rows: rows > 0 ? rows : 24, columns: columns > 0 ? columns : 80)
  }
}
