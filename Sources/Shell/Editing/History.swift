import Glibc

/// The texts that were entered, kept in a file from one session to the next.
///
/// An entry is a line of the file, with its own line ends and backslashes escaped. Sessions that run at the same
/// time add to the same file.
package struct History: Sendable {
  package private(set) var entries: [String] = []
  private let path: String?
  private let limit: Int

  /// Reads a file's entries; without a path nothing is kept.
  package init(path: String?, limit: Int = 10_000) {
    self.path = path
    self.limit = limit
    guard let path, let text = TextFile.read(path) else { return }
    entries = text.split(separator: "\n").map(Self.unescaped)
    guard entries.count > limit else { return }
    entries.removeFirst(entries.count - limit)
    rewrite(path)
  }

  /// Adds a text, unless it is the last one again or begins with a space.
  ///
  /// - Returns: Whether it was added.
  @discardableResult
  package mutating func add(_ text: String) -> Bool {
    guard !text.allSatisfy(\.isWhitespace), text != entries.last, text.first != " " else { return false }
    entries.append(text)
    // A history that can't be written is a pity, and no reason to stop.
    if let path { _ = TextFile.write(Self.escaped(text) + "\n", to: path, appending: true, mode: 0o600) }
    return true
  }

  /// Writes the entries to a new file in the old one's place.
  private func rewrite(_ path: String) {
    let text = entries.map { Self.escaped($0) + "\n" }.joined()
    if TextFile.write(text, to: path + ".new", mode: 0o600) { rename(path + ".new", path) }
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\r", with: "\\r")
  }

  private static func unescaped(_ line: Substring) -> String {
    var text = ""
    var isEscape = false
    for character in line {
      if isEscape {
        text.append(character == "n" ? "\n" : character == "r" ? "\r" : character)
        isEscape = false
      } else if character == "\\" {
        isEscape = true
      } else {
        text.append(character)
      }
    }
    return text
  }

  /// Where the history is kept: in a project's own folder, else in the user's state folder, which is made.
  package static func path(environment: [String: String]) -> String? {
    if access(".kiln", W_OK) == 0 { return ".kiln/history" }
    let state = environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    guard let base = state ?? environment["HOME"].map({ "\($0)/.local/state" }) else { return nil }
    var made = base.hasPrefix("/") ? "" : "."
    for part in "\(base)/kiln".split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else { return nil }
    }
    return "\(base)/kiln/history"
  }
}
