import Document
import LuaRuntime

extension LuaError {
  /// That there is no such thing of a kind, with the one that was meant, or all that there are.
  init(no kind: String, _ given: String, among known: [String]) {
    self.init(
      .badArgument, "there is no \(kind) `\(given)`",
      hint: nearest(to: given, among: known).map { "did you mean `\($0)`?" }
        ?? "there are \(known.joined(separator: ", "))")
  }
}
