import Document
import LuaRuntime
import StackEngine

/// One request of the engine to a type that a script defines.
final class CallObject: LuaObject {
  private let call: ResourceCall
  private let run: LuaCall

  init(_ call: ResourceCall, _ run: @escaping LuaCall) {
    self.call = call
    self.run = run
  }

  static let luaClass = LuaClass(
    "kiln.ResourceCall", "What a resource type of a script's is asked to do, and for which resource."
  ) {
    Property("stack", .string, "The stack's name.") { (object: CallObject) in .string(object.call.stack.name)
    }
    Property("logical_id", .string, "The resource's name in the template.") { (object: CallObject) in
      .string(object.call.logicalID)
    }
    Property(
      "name", .string,
      "A name for what is made, which no other has and which is the same after a crash."
    ) { (object: CallObject) in .string(object.call.physicalName) }
    Property("metadata", .any, "The resource's metadata.") { (object: CallObject) in
      object.call.metadata.map { .data($0) } ?? .nil
    }
    AsyncMethod(
      "step",
      "Makes one change exactly once, whatever crashes in between, and gives what it gave, now or before the crash.",
      [
        LuaParameter("key", .string, "What the change is called, once in this request."),
        LuaParameter("change", .function, "Makes the change and gives what to remember of it."),
        LuaParameter(
          "find", .optional(.function),
          "Looks for what a lost call made; without it, the change may be made twice."),
      ], returns: [LuaParameter("result", .any)]
    ) { (object: CallObject, arguments) in
      let change: LuaFunction = try arguments("change")
      let find: LuaFunction? = try arguments.optional("find")
      let run = object.run
      var search: (() async throws -> Value?)?
      if let find {
        search = {
          let found = try await run(find, []).first?.data
          return found.flatMap { $0.isNull ? nil : $0 }
        }
      }
      let result = try await object.call.step(arguments("key"), find: search) {
        try await run(change, []).first?.data ?? .null
      }
      return [.data(result)]
    }
    Operation(.text) { (object: CallObject, _) in
      [.string("the request for \(object.call.logicalID) of \(object.call.stack.name)")]
    }
  }
}
