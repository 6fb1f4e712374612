import Document
import LuaRuntime
import Templates

/// What lies between two templates, as scripts hold it.
final class DifferenceObject: LuaObject {
  private let difference: TemplateDifference

  init(_ difference: TemplateDifference) { self.difference = difference }

  static let luaClass = LuaClass("kiln.TemplateDifference", "What lies between two templates.") {
    Property("is_empty", .boolean, "Whether both say the same.") { (object: DifferenceObject) in
      .bool(object.difference.isEmpty)
    }
    Property(
      "entries", .list(.any),
      "The parts that differ: section, name, type, action (added, removed, changed, replaced or moved), changes."
    ) { (object: DifferenceObject) in .data(object.difference.value) }
    Property("lines", .list(.string), "The difference as lines for people.") { (object: DifferenceObject) in
      .list(object.difference.lines.map(LuaValue.string))
    }
    Operation(.text) { (object: DifferenceObject, _) in
      let lines = object.difference.lines
      return [.string(lines.isEmpty ? "no difference" : lines.joined(separator: "\n"))]
    }
  }
}
