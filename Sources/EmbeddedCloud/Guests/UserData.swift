#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A guest's user data, as far as an embedded guest acts on it.
struct UserData: Sendable {
  /// The wait handles' URLs that it signals.
  let handles: [String]

  /// Reads user data as Nova keeps it: base64 of a script, or of a multipart message with one.
  init?(_ base64: String) {
    guard let data = Data(base64Encoded: base64) else { return nil }
    let text = Self.plain(String(decoding: data, as: UTF8.self))
    var handles: [String] = []
    for line in text.split(separator: "\n") where line.contains("cfn-signal") {
      let words = line.split { $0.isWhitespace || $0 == "'" || $0 == "\"" }
      handles += words.filter { $0.hasPrefix("http") }.map(String.init)
    }
    self.handles = handles
  }

  /// The text of all parts, those in base64 decoded.
  private static func plain(_ text: String) -> String {
    guard text.contains("multipart/mixed") else { return text }
    var result = ""
    for part in text.components(separatedBy: "\n--") {
      guard let gap = part.ranges(of: "\n\n").first else { continue }
      let body = part[gap.upperBound...]
      let isEncoded = part[..<gap.lowerBound].lowercased().contains("transfer-encoding: base64")
      let packed = body.filter { !$0.isWhitespace }
      if isEncoded, let data = Data(base64Encoded: String(packed)) {
        result += String(decoding: data, as: UTF8.self) + "\n"
      } else {
        result += body + "\n"
      }
    }
    return result
  }
}
