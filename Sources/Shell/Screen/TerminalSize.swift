import Glibc

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
    self.init(rows: 24, columns: 80)
    withUnsafeTemporaryAllocation(of: winsize.self, capacity: 1) { size in
      guard ioctl(descriptor, UInt(TIOCGWINSZ), size.baseAddress) == 0, size[0].ws_col > 0 else { return }
      columns = Int(size[0].ws_col)
      if size[0].ws_row > 0 { rows = Int(size[0].ws_row) }
    }
  }
}
