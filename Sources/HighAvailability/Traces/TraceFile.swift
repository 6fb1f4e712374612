import Document

/// A trace as a file has it: an object of JSON on each line.
package enum TraceFile {
  /// Reads a file's lines in the order of their times; empty ones are left out.
  ///
  /// - Throws: A `Diagnostic` that names the first line with a mistake.
  package static func lines(_ text: String, of path: String) throws -> [TraceLine] {
    var lines: [TraceLine] = []
    for (index, text) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      guard text.contains(where: { !$0.isWhitespace }) else { continue }
      func refuse(_ reason: String) -> Diagnostic {
        Diagnostic(
          "bad_trace", "\(path):\(index + 1) \(reason)",
          hint: "a line is such as {\"time\": \"2026-01-31T12:00:00Z\", \"application\": \"wiki\", "
            + "\"check\": \"web\", \"outcome\": \"down\", \"reason\": \"connection refused\"}")
      }
      guard let value = try? Value.json(String(text)) else { throw refuse("is no JSON") }
      do throws(TraceLine.Mistake) { lines.append(try TraceLine(value)) } catch { throw refuse(error.reason) }
    }
    return lines.sorted { $0.time < $1.time }
  }
}
