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
          hint:
            "put it back, or set KILN_STORE_KEY_COMMAND if a keyring has the key; nothing else opens its secrets"
        )
      }
      try create(path, random)
    }
    do {
      return try Seal(hexadecimal: Secret(read(path)))
    } catch is Seal.Broken {
      throw StoreError(.wrongKey, path: path, "the key file \(path) is damaged", hint: "restore it")
    }
  }

  /// The digits of a new key.
  static func digits(_ random: () -> UInt64) -> Secret {
    Secret(
      (0..<4).map { _ in
        let text = String(random(), radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
      }.joined())
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
    let draft = try draft(of: path, digits(random))
    defer { unlink(draft) }
    if link(draft, path) != 0, errno != EEXIST { throw failure(path, "created") }
  }

  /// Writes a key under another name.
  private static func draft(of path: String, _ digits: Secret) throws -> String {
    let draft = "\(path).\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    try write(digits.reveal() + "\n", to: draft)
    return draft
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

  fileprivate static func read(_ path: String) throws -> String {
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

// MARK: - The next key

// A key is changed in three steps: the next one is written beside it, the store is sealed with the next one, the next
// one's file takes the other's name. The store's check tells which of the two it is sealed with, wherever that was cut
// off. The first and the last step are taken in transactions that exclude each other, so that no key is put in place
// that isn't the store's.
extension KeyFile {
  private static func next(_ path: String) -> String { path + ".next" }

  /// The key in a file that opens a store's check.
  ///
  /// - Returns: The key, and whether it is the next one, which hasn't taken its place; nil when neither opens it.
  /// - Throws: `StoreError` when there is no key that can be read.
  static func find(_ path: String, opening check: String) throws -> (seal: Seal, isNext: Bool)? {
    let first = Result { try open(path, mayCreate: false) { 0 } }
    if case .success(let seal) = first, seal.opens(check) { return (seal, false) }
    if let seal = try? open(next(path), mayCreate: false, random: { 0 }), seal.opens(check) {
      return (seal, true)
    }
    _ = try first.get()
    return nil
  }

  static func writeNext(_ digits: Secret, of path: String) throws {
    let draft = try draft(of: path, digits)
    guard rename(draft, next(path)) == 0 else {
      let failure = failure(next(path), "created")
      unlink(draft)
      throw failure
    }
    try settle(path)
  }

  /// Puts the next key in the place of the one before.
  ///
  /// A key that other stores may have too is kept under another name.
  ///
  /// - Returns: Where the one before is kept, if it is.
  @discardableResult
  static func takeNext(of path: String, keeping: Bool) throws -> String? {
    var old: String?
    if keeping, access(path, F_OK) == 0 {
      var number = 1
      while link(path, "\(path).old-\(number)") != 0 {
        guard errno == EEXIST, number < 10_000 else { throw failure("\(path).old-\(number)", "created") }
        number += 1
      }
      old = "\(path).old-\(number)"
    }
    guard rename(next(path), path) == 0 else { throw failure(path, "replaced") }
    try settle(path)
    return old
  }

  /// Takes away the file of a key that a store is no longer sealed with.
  static func remove(_ path: String) throws {
    for file in [path, next(path)] {
      guard unlink(file) == 0 || errno == ENOENT else { throw failure(file, "removed") }
    }
    try settle(path)
  }

  /// Makes sure that what a file's folder says about it outlives the machine's crash.
  private static func settle(_ path: String) throws {
    let folder = folder(of: path)
    let file = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard file >= 0 else { throw failure(folder, "opened") }
    defer { close(file) }
    guard fsync(file) == 0 else { throw failure(folder, "written") }
  }

  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}

extension Secret {
  /// A key's digits, from a file.
  ///
  /// - Throws: `StoreError`.
  package init(keyFile path: String) throws {
    _ = try Seal(keyFile: path)
    self.init(try KeyFile.read(path))
  }
}
