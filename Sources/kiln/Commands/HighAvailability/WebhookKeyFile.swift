import Ambience
import Document
import Glibc
import HighAvailability
import Secrets

/// The file that holds the key with which addresses for reports are signed; only its owner may read it.
enum WebhookKeyFile {
  private static let sizeLimit = 4096

  /// Reads the key.
  ///
  /// - Throws: A diagnostic, also for a file that others can read and for a key that can be guessed.
  static func read(_ path: String) throws -> WebhookKey {
    // What isn't a file, such as a pipe, mustn't hold anything up.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw failure(path, errno) }
    defer { close(file) }
    try refuseOthers(file, path)
    var bytes = [UInt8](repeating: 0, count: sizeLimit)
    let count = Glibc.read(file, &bytes, bytes.count)
    guard count >= 0 else { throw failure(path, errno) }
    let text = String(decoding: bytes[..<count].filter { $0 > 32 }, as: UTF8.self)
    guard text.utf8.count >= WebhookKey.least, count < sizeLimit else {
      throw Diagnostic(
        "weak_key", "the webhook key \(path) has \(text.utf8.count) characters",
        hint: "it has from \(WebhookKey.least) to \(sizeLimit - 1), as `openssl rand -hex 32` makes them")
    }
    return WebhookKey(Secret(text))
  }

  /// Makes a file with a new key; one that is there already stays as it is.
  static func make(_ path: String, _ ambient: Ambient) throws {
    guard access(path, F_OK) != 0 else { return }
    let file = try PrivateFile(path)
    try file.line(ambient.characters(64, from: "0123456789abcdef"))
    try file.finish()
  }

  private static func failure(_ path: String, _ code: Int32) -> Diagnostic {
    Diagnostic(
      "unreadable_key", "the webhook key \(path) can't be read: \(String(cString: strerror(code)))",
      hint: code == ENOENT ? "`kiln ha webhook … --make-key` makes one" : nil)
  }

  private static func refuseOthers(_ file: Int32, _ path: String) throws {
    var facts = stat()
    guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else {
      throw Diagnostic("unreadable_key", "the webhook key \(path) is no file")
    }
    guard facts.st_mode & 0o077 == 0 else {
      throw Diagnostic(
        "open_key", "the webhook key \(path) can be read or written by others", hint: "chmod 600 \(path)")
    }
  }
}
