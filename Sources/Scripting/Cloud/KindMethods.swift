import Document
import LuaRuntime
import OpenStack
import OrderedCollections

/// How scripts reach one kind of thing that an owner has: a service, or a thing that others belong to.
struct KindMethods<Owner: LuaObject> {
  private let kind: ResourceKind
  private let access: CloudAccess
  private let calls: @Sendable (Owner) async throws -> Calls<Thing>

  init(
    _ kind: ResourceKind, _ access: CloudAccess,
    _ calls: @escaping @Sendable (Owner) async throws -> Calls<Thing>
  ) {
    self.kind = kind
    self.access = access
    self.calls = calls
  }

  var all: [LuaFunctionDeclaration] {
    var methods: [AsyncMethod] = []
    if kind.verbs.contains(.list) { methods.append(listing) }
    if !kind.verbs.isDisjoint(with: [.list, .get]) { methods.append(finding) }
    if kind.verbs.contains(.create) { methods.append(creating) }
    if kind.verbs.contains(.delete) { methods.append(deleting) }
    return methods.map(\.declaration)
  }

  private var label: String { kind.label }
  private var labels: String { kind.words.replacing("_", with: " ") }

  private var listing: AsyncMethod {
    AsyncMethod(
      kind.words, "Lists the \(labels) that match a filter of the API's query parameters.",
      [LuaParameter("filter", .optional(.map))],
      returns: [LuaParameter(kind.words, .list(.object("kiln.Thing")))]
    ) { [calls, access] (owner: Owner, arguments) in
      let things = try await calls(owner)
      let found = try await things.list(Query(arguments.optional("filter", as: Document.Value.self)))
      return [.list(found.map { .object(ThingObject($0, things, access)) })]
    }
  }

  private var finding: AsyncMethod {
    AsyncMethod(
      kind.word, "Finds one by its id or its name; nil when there is none. \(kind.summary)",
      [LuaParameter("name", .string)], returns: [LuaParameter(kind.word, .optional(.object("kiln.Thing")))]
    ) { [calls, access] (owner: Owner, arguments) in
      let things = try await calls(owner)
      do {
        return [.object(ThingObject(try await things.find(arguments("name")), things, access))]
      } catch let error as OpenStackError where error.code == .notFound {
        return [.nil, .string(error.message)]
      }
    }
  }

  private var creating: AsyncMethod {
    AsyncMethod(
      "create_" + kind.word, "Creates one\(words) \(kind.summary)", [LuaParameter("fields", .map)],
      returns: [LuaParameter(kind.word, .object("kiln.Thing"))]
    ) { [calls, access] (owner: Owner, arguments) in
      let things = try await calls(owner)
      return [.object(ThingObject(try await things.make(arguments("fields")), things, access))]
    }
  }

  /// What can be said of a new one beside the API's own fields.
  private var words: String {
    let fields = kind.fields.map { $0.isRequired ? "`\($0.name)`" : "`\($0.name)?`" }
    return fields.isEmpty
      ? " from the API's own fields." : " from \(fields.joined(separator: ", ")) and the API's own fields."
  }

  private var deleting: AsyncMethod {
    AsyncMethod(
      "delete_" + kind.word, "Deletes one by its id or its name.", [LuaParameter("name", .string)]
    ) { [calls] (owner: Owner, arguments) in
      let things = try await calls(owner)
      try await things.delete(things.find(arguments("name")).id)
      return []
    }
  }
}

extension Query {
  /// A filter as scripts write it: a table of scalars.
  fileprivate init(_ filter: Document.Value?) {
    self = [:]
    for (name, value) in filter?.map ?? [:] { self[name] = value.scalarText }
  }
}
