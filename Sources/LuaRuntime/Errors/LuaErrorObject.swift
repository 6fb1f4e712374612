internal import Document

/// An error of Swift as scripts catch it.
package final class LuaErrorObject: LuaObject {
  package let error: any Error
  /// The Lua line that raised it: `file.lua:3`.
  package let origin: String?

  package init(_ error: any Error, origin: String? = nil) {
    self.error = error
    self.origin = origin
  }

  private var first: Diagnostic? { (error as? any Explainable)?.diagnostics.first }

  package var code: String {
    if error is CancellationError { return LuaError.Code.cancelled.name }
    return first?.code ?? "error"
  }

  package var message: String {
    if error is CancellationError { return "the task was cancelled" }
    return first?.message ?? "\(error)"
  }

  package var hint: String? { first?.hint }

  package static let luaClass = LuaClass("kiln.Error", "An error of kiln, as pcall gives it.") {
    Property("code", .string, "A stable name, such as quota_exceeded.") { (error: LuaErrorObject) in
      .string(error.code)
    }
    Property("message", .string, "What went wrong, in a sentence.") { (error: LuaErrorObject) in
      .string(error.message)
    }
    Property("hint", .optional(.string), "What to do about it.") { (error: LuaErrorObject) in
      error.hint.map(LuaValue.string) ?? .nil
    }
    Property("place", .optional(.string), "Where it was raised: file:line.") { (error: LuaErrorObject) in
      (error.first?.place.map { "\($0)" } ?? error.origin).map(LuaValue.string) ?? .nil
    }
    Property("traceback", .optional(.string), "The calls that led there, when they are known.") {
      (error: LuaErrorObject) in
      let traceback = (error.error as? LuaError)?.traceback ?? ""
      return traceback.isEmpty ? .nil : .string(traceback)
    }
    Property("cause", .any, "The error behind it.") { (error: LuaErrorObject) in
      (error.error as? LuaError)?.cause.map { .object(LuaErrorObject($0)) } ?? .nil
    }
    Property("diagnostics", .list(.table), "All that is wrong, one table each.") { (error: LuaErrorObject) in
      .list(((error.error as? any Explainable)?.diagnostics ?? []).map(\.luaValue))
    }
    Operation(.text) { (error: LuaErrorObject, _) in
      let hint = error.hint.map { "; \($0)" } ?? ""
      return [.string("\(error.message)\(hint) (\(error.code))")]
    }
  }
}

extension Diagnostic {
  fileprivate var luaValue: LuaValue {
    .record([
      LuaField("severity", .string(severity.rawValue)),
      LuaField("code", .string(code)),
      LuaField("message", .string(message)),
      LuaField("hint", hint.map(LuaValue.string) ?? .nil),
      LuaField("place", place.map { .string("\($0)") } ?? .nil),
    ])
  }
}
