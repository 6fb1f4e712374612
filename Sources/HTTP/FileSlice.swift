/// A part of a file on this machine: what a request sends without ever holding it in memory.
package struct FileSlice: Sendable, Hashable {
  package var path: String
  package var offset: Int64
  /// How many bytes; nil for all that follow.
  package var count: Int64?

  package init(_ path: String, offset: Int64 = 0, count: Int64? = nil) {
    self.path = path
    self.offset = offset
    self.count = count
  }
}

/// Is told how many bytes have been moved, and of how many where that is known.
///
/// It is called on the transport's thread, so it must be quick.
package typealias Progress = @Sendable (_ moved: Int64, _ total: Int64?) -> Void

extension Request {
  /// Whether a file is sent or written.
  package var movesFile: Bool { source != nil || target != nil }
}
