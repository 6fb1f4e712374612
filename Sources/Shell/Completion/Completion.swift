/// What could be put in place of a stretch of a text.
package struct Completion: Sendable, Hashable {
  package struct Candidate: Sendable, Hashable {
    /// What is put into the text.
    package var text: String
    /// What is shown for it, such as a function with its parameters.
    package var label: String
    /// What kind of thing it is, in a word.
    package var kind: String
    /// What it is, in a sentence; empty when nothing is known.
    package var summary: String

    package init(_ text: String, label: String? = nil, kind: String = "", summary: String = "") {
      self.text = text
      self.label = label ?? text
      self.kind = kind
      self.summary = summary
    }
  }

  /// The bytes that a candidate replaces.
  package var bytes: Range<Int>
  package var candidates: [Candidate]

  package init(_ bytes: Range<Int>, _ candidates: [Candidate] = []) {
    self.bytes = bytes
    self.candidates = candidates
  }

  /// The longest text with which all candidates begin.
  package var commonPrefix: String {
    guard var common = candidates.first.map({ Substring($0.text) }) else { return "" }
    for candidate in candidates.dropFirst() {
      while !candidate.text.hasPrefix(common) { common.removeLast() }
    }
    return String(common)
  }
}
