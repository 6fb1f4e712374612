import Glibc

/// Reading and writing files of text.
package enum TextFile {
  /// A file's text; nil when it can't be read, and `errno` says why.
  package static func read(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return ferror(file) == 0 ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// Writes all of a text to an open file; false when it couldn't, and `errno` says why.
  package static func write(_ text: String, to file: Int32) -> Bool {
    var text = text
    return text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let count = Glibc.write(file, rest.baseAddress, rest.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
      }
      return true
    }
  }

  /// Replaces or extends a file; false when it couldn't, and `errno` says why.
  static func write(_ text: String, to path: String, appending: Bool = false, mode: mode_t = 0o644) -> Bool {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (appending ? O_APPEND : O_TRUNC), mode)
    guard file >= 0 else { return false }
    defer { close(file) }
    return write(text, to: file)
  }

  /// Puts a file in the place of another at once, so that no reader sees a part of it; false when it couldn't.
  package static func replace(_ path: String, by text: String) -> Bool {
    let new = "\(path).\(getpid())"
    guard write(text, to: new) else { return false }
    if rename(new, path) == 0 { return true }
    unlink(new)
    return false
  }
}

/// What the last call of the system that failed said.
package func lastSystemError() -> String { String(cString: strerror(errno)) }
