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
    // The engine has no looking behind; at a pattern's end that is what the text mustn't end in.
    if pattern.hasSuffix(")$"), let start = pattern.firstRange(of: "(?<!") {
      let ending = String(pattern[start.upperBound...].dropLast(2))
      if occurs(text, ending + "$") == true { return false }
      return occurs(text, String(pattern[..<start.lowerBound]) + "$") ?? true
    }
    return occurs(text, pattern) ?? true
  }

  /// Nil when the pattern can't be read.
  private func occurs(_ text: String, _ pattern: String) -> Bool? {
    guard let regex = regex(pattern) else { return nil }
    do {
      return try regex.firstMatch(in: text) != nil
    } catch {
      return nil
    }
  }

  private func regex(_ pattern: String) -> Regex<AnyRegexOutput>? {
    if let regex = known[pattern] { return regex }
    let regex = try? Regex(pattern)
    known[pattern] = .some(regex)
    return regex
  }
}
