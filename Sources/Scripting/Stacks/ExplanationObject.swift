import Document
import LuaRuntime
import StackEngine

/// An explanation as scripts hold it.
final class ExplanationObject: LuaObject {
  private let explanation: Explanation

  init(_ explanation: Explanation) { self.explanation = explanation }

  static let luaClass = LuaClass("kiln.Explanation", "Something that is so, and why, as a tree.") {
    Property("lines", .list(.string), "The tree in words, line by line.") { (object: ExplanationObject) in
      .list(object.explanation.lines.map { .string($0.text) })
    }
    Property("data", .any, "The tree as data: `what`, `place`, and `because` with more of them.") {
      (object: ExplanationObject) in .data(object.explanation.value)
    }
    Operation(.text) { (object: ExplanationObject, _) in
      [.string(object.explanation.lines.map(\.text).joined(separator: "\n"))]
    }
  }
}
