import Glibc

/// A case of a golden file: an input and what should come of it.
///
/// A file holds cases of this form; what stands before the first is a comment:
/// ```
/// === name
/// input
/// ---
/// expected
/// ```
package struct GoldenCase: Sendable, CustomStringConvertible {
  package let name: String
  package let input: String
  package let expected: String

  package var description: String { name }

  /// The cases of a file in `Cases` beside a test's source.
  package static func all(_ file: String, beside source: String = #filePath) -> [GoldenCase] {
    let folder = source[...(source.lastIndex(of: "/") ?? source.startIndex)]
    guard let text = text(of: "\(folder)Cases/\(file)") else { return [] }
    return text.components(between: "=== ").dropFirst().compactMap { part in
      let lines = part.split(separator: "\n", omittingEmptySubsequences: false)
      guard let name = lines.first, let divider = lines.firstIndex(of: "---") else { return nil }
      return GoldenCase(
        name: String(name), input: lines[1..<divider].joined(separator: "\n"),
        expected: trimmed(lines[(divider + 1)...].joined(separator: "\n")))
    }
  }

  private static func trimmed(_ text: String) -> String {
    var text = text
    while text.last == "\n" { text.removeLast() }
    return text
  }

  private static func text(of path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// The parts between lines that begin with a mark.
  fileprivate func components(between mark: String) -> [String] {
    ("\n" + self).split(separator: "\n" + mark, omittingEmptySubsequences: false).map(String.init)
  }
}
