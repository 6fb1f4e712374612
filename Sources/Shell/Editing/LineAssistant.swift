/// What an editor of Lua asks while a text is being written.
package protocol LineAssistant: Sendable {
  /// Whether a text is all that was meant, or more lines may complete it.
  func isComplete(_ text: String) async -> Bool
  /// What could stand at the cursor, which is a byte of the text.
  func completion(of text: String, cursor: Int) async -> Completion
  /// What there is to say about what the cursor is on, in lines.
  func explanation(of text: String, cursor: Int) async -> [String]
}
