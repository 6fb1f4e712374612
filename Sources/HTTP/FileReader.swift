#if canImport(Glibc)
import Glibc
#endif

/// The part of a file that a request sends, read as the connection takes it.
final class FileReader {
  /// How many bytes there are to send.
  let count: Int64
  private let request: Request
  private let slice: FileSlice
  private let file: Int32
  private var left: Int64

  init(_ slice: FileSlice, for request: Request) throws(HTTPError) {
    self.slice = slice
    self.request = request
    file = open(slice.path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .file(slice.path, "can't be read", request) }
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      Glibc.close(file)
      throw HTTPError(.badFile, url: request.url, detail: "\(slice.path) is no file")
    }
    let rest = max(0, Int64(facts.st_size) - slice.offset)
    count = min(slice.count ?? rest, rest)
    left = count
    lseek(file, off_t(slice.offset), SEEK_SET)
  }

  deinit { Glibc.close(file) }

  /// Fills in what comes next; 0 at the end.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let wanted = Int(min(left, Int64(buffer.count)))
    if wanted == 0 { return 0 }
    let count = Glibc.read(file, buffer.baseAddress, wanted)
    guard count > 0 else { throw .file(slice.path, "can't be read to its end", request) }
    left -= Int64(count)
    return count
  }

  func seek(to offset: Int64) -> Bool {
    left = count - offset
    return lseek(file, off_t(slice.offset + offset), SEEK_SET) >= 0
  }
}

/// The file that a response's body is written to, as it comes.
final class FileWriter {
  private let path: String
  private let request: Request
  private let file: Int32

  /// Empties the file, or makes it for its owner alone.
  init(_ path: String, for request: Request) throws(HTTPError) {
    self.path = path
    self.request = request
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw .file(path, "can't be written", request) }
  }

  deinit { Glibc.close(file) }

  func write(_ bytes: UnsafeRawBufferPointer) throws(HTTPError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .file(path, "can't be written", request) }
      rest = rest.dropFirst(count)
    }
  }
}

extension HTTPError {
  /// What the system said about a file.
  fileprivate static func file(_ path: String, _ what: String, _ request: Request) -> HTTPError {
    HTTPError(.badFile, url: request.url, detail: "\(path) \(what): \(String(cString: strerror(errno)))")
  }
}
