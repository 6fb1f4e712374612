import Document
import LuaRuntime
import OpenStack
import OrderedCollections

/// Anything that a cloud has, as scripts hold it: its fields are those of the API, its methods what can be done
/// with its kind.
final class ThingObject: TabularObject {
  let thing: Thing
  private let calls: Calls<Thing>
  let access: CloudAccess

  init(_ thing: Thing, _ calls: Calls<Thing>, _ access: CloudAccess) {
    self.thing = thing
    self.calls = calls
    self.access = access
  }

  static let luaClass = LuaClass("kiln.Thing", "Something that a cloud has, with the fields of its API.") {
    AsyncMethod(
      "refresh", "Asks the cloud for the thing as it is now.",
      returns: [LuaParameter("thing", .object("kiln.Thing"))]
    ) { (object: ThingObject, _) in
      [.object(object.holding(try await object.calls.get(object.thing.id)))]
    }
    AsyncMethod("delete", "Begins to delete the thing.") { (object: ThingObject, _) in
      try await object.calls.delete(object.thing.id)
      return []
    }
    AsyncMethod(
      "update", "Changes fields of the thing.", [LuaParameter("fields", .map)],
      returns: [LuaParameter("thing", .object("kiln.Thing"))]
    ) { (object: ThingObject, arguments) in
      [.object(object.holding(try await object.calls.change(object.thing.id, arguments("fields"))))]
    }
    AsyncMethod(
      "wait", "Waits until the thing is in a state, or in any in which nothing more is to come.",
      [
        LuaParameter(
          "status", .optional(.string), "Such as `ACTIVE`; `gone` waits until there is no such thing."),
        LuaParameter("timeout", .optional(.number), "In seconds; 600 if not given."),
      ], returns: [LuaParameter("thing", .optional(.object("kiln.Thing")))]
    ) { (object: ThingObject, arguments) in
      let seconds: Double = try arguments.optional("timeout") ?? 600
      let timeout = Duration.milliseconds(Int64(seconds * 1000))
      let status: String? = try arguments.optional("status")
      if status == "gone" {
        try await object.calls.waitGone(object.thing.id, timeout: timeout)
        return []
      }
      return [
        .object(object.holding(try await object.calls.wait(object.thing.id, for: status, timeout: timeout)))
      ]
    }
    OwnMethods { (object: ThingObject) in object.methods }
    Fields(
      names: { (object: ThingObject) in Array((object.thing.raw.map ?? [:]).keys) },
      get: { object, name in object.thing.raw[name].map { .data($0) } })
    Operation(.text) { (object: ThingObject, _) in [.string(object.text)] }
    Operation(.equal) { (object: ThingObject, arguments) in
      [.bool((arguments[0].object as? ThingObject)?.thing.id == object.thing.id)]
    }
  }

  var heading: String { "\(thing.kind.label) \(thing.name)" }
  var facts: [(title: String, value: Document.Value)] { thing.kind.row(of: thing.raw) }
  var fieldCount: Int { thing.raw.map?.count ?? 0 }

  private func holding(_ thing: Thing) -> ThingObject { ThingObject(thing, calls, access) }

  private var text: String {
    let status = thing.status.map { " \($0)" } ?? ""
    return "\(thing.kind.label) \(thing.name)\(status) (\(thing.id))"
  }

  /// What can be done with its kind, and what belongs to it.
  private var methods: [LuaFunctionDeclaration] {
    thing.kind.actions.map { action in
      ActionMethod(action, access).declaration { (object: ThingObject, arguments) in
        let outcome = try await object.calls.perform(action.name, object.thing, arguments)
        return try await outcome.luaValue(object.access)
      }
    }
      + thing.kind.children.flatMap { kind in
        KindMethods<ThingObject>(kind, access) { $0.calls.children(kind, of: $0.thing) }.all
      }
  }
}

extension Action.Outcome {
  /// What an action gave, as scripts see it.
  func luaValue(_ access: CloudAccess) async throws -> [LuaValue] {
    switch self {
    case .data(.null): return []
    case .data(let value): return [.data(value)]
    case .thing(let thing):
      let calls = try await access.connect().things(thing.kind)
      return [.object(ThingObject(thing, calls, access))]
    case .things(let things):
      guard let kind = things.first?.kind else { return [.list([])] }
      let calls = try await access.connect().things(kind)
      return [.list(things.map { .object(ThingObject($0, calls, access)) })]
    }
  }
}
