import Document
import Glibc

/// A file that its owner alone can read, written line by line; `-` is standard output.
final class PrivateFile {
  private let name: String
  private let file: Int32
  private var pending: [UInt8] = []

  /// Makes the file; one that is there already is refused.
  init(_ name: String) throws {
    self.name = name
    file = name == "-" ? 1 : open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    if file < 0 { throw Self.failure(name, "made") }
  }

  deinit { if file > 2 { close(file) } }

  func line(_ text: String) throws {
    pending += text.utf8
    pending.append(0x0A)
    if pending.count > 1 << 16 { try flush() }
  }

  /// Makes sure that all is in the file.
  func finish() throws {
    try flush()
    if file > 2, fsync(file) != 0 { throw Self.failure(name, "written") }
  }

  private func flush() throws {
    var rest = pending[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw Self.failure(name, "written") }
      rest = rest.dropFirst(count)
    }
    pending = []
  }

  /// A whole file's text; `-` is standard input.
  static func read(_ name: String) throws -> String {
    let file = name == "-" ? 0 : open(name, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(name, "read") }
    defer { if file > 2 { close(file) } }
    var bytes: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &part, part.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(name, "read") }
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += part[..<count]
    }
  }

  private static func failure(_ name: String, _ verb: String) -> Diagnostic {
    Diagnostic("file_failed", "\(name) can't be \(verb): \(String(cString: strerror(errno)))")
  }
}
