package import Document
import Glibc

/// Files of this machine, read whole.
package enum LocalFile {
  package static func standardInput() -> String? { text(STDIN_FILENO) }

  /// The bytes of a file, or of standard input for `-`; nil when it can't be read, and `errno` says why.
  ///
  /// No more than `limit` bytes are read: a device may have no end.
  package static func bytes(of path: String, limit: Int) -> [UInt8]? {
    if path == "-" { return bytes(STDIN_FILENO, limit: limit) }
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return bytes(file, limit: limit)
  }

  /// A file's text; nil when it can't be read, and `errno` says why.
  package static func text(of path: String) -> String? {
    bytes(of: path, limit: .max).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A file's text as templates and environments have it; `-` is standard input.
  package static func source(_ path: String) throws(Diagnostics) -> Source {
    let name = path == "-" ? "stdin" : path
    guard let bytes = bytes(of: path, limit: DocumentReader.sizeLimit + 1) else {
      let why = String(cString: strerror(errno))
      throw Diagnostics(
        Diagnostic(
          "unreadable_file", "\(name) can't be read: \(why)",
          hint: "check that the file is there and readable"))
    }
    return try Source(name: name, bytes: bytes)
  }

  private static func text(_ file: Int32) -> String? {
    bytes(file, limit: .max).map { String(decoding: $0, as: UTF8.self) }
  }

  private static func bytes(_ file: Int32, limit: Int) -> [UInt8]? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count < limit {
      let count = Glibc.read(file, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      bytes += buffer[..<count]
    }
    return bytes
  }
}
