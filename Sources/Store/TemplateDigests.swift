import Glibc
import Secrets
import Synchronization

/// The digests that name the texts of templates.
///
/// The last texts are remembered with theirs, since a text may have megabytes: an operation's record is written several
/// times, and a stack's is read by all who work with it.
final class TemplateDigests: Sendable {
  /// Enough for two operations at once: each has the text that it comes from and the one that it goes to.
  private static let limit = 4

  private let recent = Mutex<[(text: String, digest: String)]>([])

  func digest(of text: String) -> String {
    if let known = recent.withLock({ $0.first { Self.areSame($0.text, text) } }) { return known.digest }
    let digest = Digest.sha256(text)
    remember(text, digest)
    return digest
  }

  /// The text of a digest; nil when it isn't one of the last.
  func text(of digest: String) -> String? {
    recent.withLock { $0.first { $0.digest == digest }?.text }
  }

  /// Remembers a text that the store has.
  func remember(_ text: String, _ digest: String) {
    recent.withLock { recent in
      if recent.count == Self.limit { recent.removeFirst() }
      recent.append((text, digest))
    }
  }

  /// Whether two texts have the same bytes, which equal strings needn't have.
  private static func areSame(_ one: String, _ other: String) -> Bool {
    guard one.utf8.count == other.utf8.count else { return false }
    var (one, other) = (one, other)
    return one.withUTF8 { bytes in
      other.withUTF8 { others in
        guard let start = bytes.baseAddress, let other = others.baseAddress else { return true }
        return start == other || memcmp(start, other, bytes.count) == 0
      }
    }
  }
}
