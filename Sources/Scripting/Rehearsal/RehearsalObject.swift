import Document
import LuaRuntime
import StackEngine

/// A rehearsal as scripts hold it.
final class RehearsalObject: LuaObject {
  private let rehearsal: Rehearsal

  /// The columns that it takes where nothing says how many there are.
  private static let width = 100

  init(_ rehearsal: Rehearsal) { self.rehearsal = rehearsal }

  static let luaClass = LuaClass(
    "kiln.Rehearsal", "How a plan went on an embedded cloud, on virtual time."
  ) {
    Property("status", .string, "What the stack became, such as `CREATE_COMPLETE`.") {
      (object: RehearsalObject) in .string(object.rehearsal.status.rawValue)
    }
    Property("is_success", .boolean, "Whether all went well.") { (object: RehearsalObject) in
      .bool(object.rehearsal.problems.isEmpty)
    }
    Property("problems", .list(.string), "What went wrong.") { (object: RehearsalObject) in
      .list(object.rehearsal.problems.map { .string($0.message) })
    }
    Property("timeline", .object("kiln.Timeline"), "How it went in time.") { (object: RehearsalObject) in
      .object(TimelineObject(object.rehearsal.timeline))
    }
    Operation(.text) { (object: RehearsalObject, _) in
      [.string(object.rehearsal.lines(width: width).map(\.text).joined(separator: "\n"))]
    }
  }
}
