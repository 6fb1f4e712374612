/// The patterns of schemas, each compiled once in a run.
final class PatternCache {
  /// Longer texts aren't matched: a pattern's time can grow fast with the text's length.
  private static let lengthLimit = 1024

  private var known: [String: Regex<AnyRegexOutput>?] = [:]
  private var answers: [String: Bool] = [:]

  /// Whether a pattern occurs in a text; a pattern that can't be read allows all.
  func matches(_ text: String, _ pattern: String) -> Bool {
    if text.utf8.count > Self.lengthLimit { return true }
    let key = pattern + "\n" + text
    if let answer = answers[key] { return answer }
    let answer = find(text, pattern)
    answers[key] = answer
    return answer
  }

  private func find(_ text: String, _ pattern: String) -> Bool {
    guard let regex = regex(pattern) else { return true }
    do {
      return try regex.firstMatch(in: text) != nil
    } catch {
      return true
    }
  }

  private func regex(_ pattern: String) -> Regex<AnyRegexOutput>? {
    if let regex = known[pattern] { return regex }
    let regex = try? Regex(pattern)
    known[pattern] = .some(regex)
    return regex
  }
}
