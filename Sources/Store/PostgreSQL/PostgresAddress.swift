import Secrets

/// Where a PostgreSQL database is: `postgres://user@host/database`, or the same with `postgresql`.
package struct PostgresAddress: Sendable {
  /// The whole address, which may have a password in it.
  let text: Secret
  /// The address without a password, for messages.
  package let shown: String

  /// Nil when the text is no such address, but the name of a file.
  package init?(_ text: String) {
    guard text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") else { return nil }
    self.text = Secret(text)
    shown = Self.masked(text)
  }

  private static func masked(_ text: String) -> String {
    let parts = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var address = String(parts[0])
    if let start = address.firstRange(of: "://")?.upperBound {
      let authority = address[start...].prefix { $0 != "/" }
      if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") {
        address.removeSubrange(colon..<at)
      }
    }
    guard parts.count > 1 else { return address }
    let options = parts[1].split(separator: "&").filter { !$0.contains("password") }
    return options.isEmpty ? address : address + "?" + options.joined(separator: "&")
  }
}
