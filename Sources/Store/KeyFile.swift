import Glibc
package import Secrets

/// The file beside a store that has the key its secrets are sealed with; only its owner can read it.
enum KeyFile {
  /// Reads the key, after making one when there is none and may be one.
  ///
  /// A store that has been written to mustn't get a new one, which couldn't open its secrets.
  static func open(_ path: String, mayCreate: Bool, random: () -> UInt64) throws -> Seal {
    if access(path, F_OK) != 0 {
      guard mayCreate else {
        throw StoreError(
          .wrongKey, path: path, "the store's key file \(path) is missing",
          hint: "put it back; without it the store's secrets can't be read")
      }
      try create(path, random)
    }
    do {
      return try Seal(hexadecimal: Secret(read(path)))
    } catch is Seal.Broken {
      throw StoreError(.wrongKey, path: path, "the key file \(path) is damaged", hint: "restore it")
    }
  }

  /// Runs a body that no other process runs at the same time; one without a key isn't kept apart.
  static func locked<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return try body() }
    defer { close(file) }
    guard flock(file, LOCK_EX) == 0 else { throw failure(path, "locked") }
    return try body()
  }

  /// Writes a key under another name and links it, so that no process ever sees half of one.
  private static func create(_ path: String, _ random: () -> UInt64) throws {
    let digits = (0..<4).map { _ in
      let text = String(random(), radix: 16)
      return String(repeating: "0", count: 16 - text.count) + text
    }
    let draft = "\(path).\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    try write(digits.joined() + "\n", to: draft)
    defer { unlink(draft) }
    if link(draft, path) != 0, errno != EEXIST { throw failure(path, "created") }
  }

  private static func write(_ text: String, to path: String) throws {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw failure(path, "created") }
    defer { close(file) }
    let bytes = Array(text.utf8)
    guard Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
      throw failure(path, "written")
    }
  }

  private static func read(_ path: String) throws -> String {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure(path, "read") }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { throw failure(path, "read") }
    return String(decoding: bytes[..<count].filter { $0 > 32 }, as: UTF8.self)
  }

  static func failure(_ path: String, _ verb: String) -> StoreError {
    StoreError(.unusable, path: path, "\(path) can't be \(verb): \(String(cString: strerror(errno)))")
  }
}

extension Seal {
  /// The key of a store, from its file.
  ///
  /// - Throws: `StoreError`.
  package init(keyFile path: String) throws {
    self = try KeyFile.open(path, mayCreate: false) { 0 }
  }
}
