import Document
import LuaRuntime
import OpenStack
import OrderedCollections

/// What a cloud said of one thing that it has.
struct Thing: Sendable {
  let id: String
  let name: String
  let raw: Value

  init(_ resource: some CloudResource) {
    id = resource.id
    name = resource.name
    raw = resource.raw
  }
}

/// Anything that a cloud has, as scripts hold it: its fields are those of the API.
final class ThingObject: LuaObject {
  private let thing: Thing
  private let kind: ThingKind
  private let connect: ServiceObject.Connect

  init(_ thing: Thing, of kind: ThingKind, _ connect: @escaping ServiceObject.Connect) {
    self.thing = thing
    self.kind = kind
    self.connect = connect
  }

  static let luaClass = LuaClass("kiln.Thing", "Something that a cloud has, with the fields of its API.") {
    AsyncMethod(
      "refresh", "Asks the cloud for the thing as it is now.",
      returns: [LuaParameter("thing", .object("kiln.Thing"))]
    ) { (object: ThingObject, _) in
      let thing = try await object.kind.refreshed(object.thing.id, object.connect())
      return [.object(ThingObject(thing, of: object.kind, object.connect))]
    }
    AsyncMethod("delete", "Deletes the thing.") { (object: ThingObject, _) in
      try await object.kind.remove(object.thing.id, object.connect())
      return []
    }
    Fields(
      names: { (object: ThingObject) in Array((object.thing.raw.map ?? [:]).keys) },
      get: { object, name in object.thing.raw[name].map { .data($0) } })
    Operation(.text) { (object: ThingObject, _) in [.string(object.text)] }
    Operation(.equal) { (object: ThingObject, arguments) in
      [.bool((arguments[0].object as? ThingObject)?.thing.id == object.thing.id)]
    }
  }

  private var text: String {
    let status = thing.raw["status"]?.string.map { " \($0)" } ?? ""
    return "\(kind.singular) \(thing.name)\(status) (\(thing.id))"
  }
}
