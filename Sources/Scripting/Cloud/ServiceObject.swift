import Document
import LuaRuntime
import OpenStack
import OrderedCollections

/// One service of a cloud: for each kind of thing in it `servers{...}`, `server(name)`, `create_server{...}` and
/// `delete_server(name)`.
final class ServiceObject: LuaObject {
  typealias Connect = @Sendable () async throws -> Cloud

  let name: String
  private let kinds: [ThingKind]
  private let connect: Connect

  init(name: String, kinds: [ThingKind], _ connect: @escaping Connect) {
    self.name = name
    self.kinds = kinds
    self.connect = connect
  }

  static let luaClass = LuaClass("kiln.Service", "A service of a cloud.") {
    Fields(
      names: { (service: ServiceObject) in service.functions.map(\.name) },
      get: { service, name in service.functions.first { $0.name == name }.map { .native($0) } })
    Operation(.text) { (service: ServiceObject, _) in [.string("the \(service.name) service")] }
  }

  private var functions: [LuaFunctionDeclaration] { kinds.flatMap { $0.functions(connect) } }

  static let catalogue: [(name: String, kinds: [ThingKind])] = [
    (
      "compute",
      [
        ThingKind("server") { $0.compute.servers },
        ThingKind("flavor") { $0.compute.flavors },
        ThingKind("keypair") { $0.compute.keyPairs },
      ]
    ),
    (
      "network",
      [
        ThingKind("network") { $0.network.networks },
        ThingKind("subnet") { $0.network.subnets },
        ThingKind("port") { $0.network.ports },
        ThingKind("router") { $0.network.routers },
        ThingKind("floating_ip") { $0.network.floatingIPs },
        ThingKind("security_group") { $0.network.securityGroups },
      ]
    ),
    (
      "volume",
      [
        ThingKind("volume") { $0.volume.volumes },
        ThingKind("snapshot") { $0.volume.snapshots },
      ]
    ),
    ("image", [ThingKind("image") { $0.image.images }]),
  ]
}

/// How scripts reach one kind of thing that a cloud has.
struct ThingKind: Sendable {
  let singular: String
  private let list: @Sendable (Cloud, Query) async throws -> [Thing]
  private let find: @Sendable (Cloud, String) async throws -> Thing
  private let create: @Sendable (Cloud, Value) async throws -> Thing
  private let delete: @Sendable (Cloud, String) async throws -> Void

  init<Resource: CloudResource>(
    _ singular: String, _ calls: @escaping @Sendable (Cloud) -> Calls<Resource>
  ) {
    self.singular = singular
    list = { try await calls($0).list($1).map(Thing.init) }
    find = { Thing(try await calls($0).find($1)) }
    create = { Thing(try await calls($0).create(fields: $1)) }
    delete = { try await calls($0).delete(calls($0).find($1).id) }
  }

  func functions(_ connect: @escaping ServiceObject.Connect) -> [LuaFunctionDeclaration] {
    [listing(connect), finding(connect), creating(connect), deleting(connect)].map(\.declaration)
  }

  private var plural: String { singular + "s" }
  private var words: String { singular.replacing("_", with: " ") }

  private func listing(_ connect: @escaping ServiceObject.Connect) -> AsyncFunction {
    AsyncFunction(
      plural, "Lists the \(words)s that match a filter of the API's query parameters.",
      [LuaParameter("service", .any), LuaParameter("filter", .optional(.map))],
      returns: [LuaParameter(plural, .list(.object("kiln.Thing")))]
    ) { [self] arguments in
      let cloud = try await connect()
      let filter = try arguments.optional("filter", as: Document.Value.self)
      let things = try await list(cloud, Query(filter))
      return [.list(things.map { .object(ThingObject($0, of: self, connect)) })]
    }
  }

  private func finding(_ connect: @escaping ServiceObject.Connect) -> AsyncFunction {
    AsyncFunction(
      singular, "Finds a \(words) by its id or its name; nil when there is none.",
      [LuaParameter("service", .any), LuaParameter("name", .string)],
      returns: [LuaParameter(singular, .optional(.object("kiln.Thing")))]
    ) { [self] arguments in
      do {
        let thing = try await find(connect(), arguments("name"))
        return [.object(ThingObject(thing, of: self, connect))]
      } catch let error as OpenStackError where error.code == .notFound {
        return [.nil, .string(error.message)]
      }
    }
  }

  private func creating(_ connect: @escaping ServiceObject.Connect) -> AsyncFunction {
    AsyncFunction(
      "create_" + singular, "Creates a \(words) from the API's own fields.",
      [LuaParameter("service", .any), LuaParameter("fields", .map)],
      returns: [LuaParameter(singular, .object("kiln.Thing"))]
    ) { [self] arguments in
      let thing = try await create(connect(), arguments("fields"))
      return [.object(ThingObject(thing, of: self, connect))]
    }
  }

  private func deleting(_ connect: @escaping ServiceObject.Connect) -> AsyncFunction {
    AsyncFunction(
      "delete_" + singular, "Deletes a \(words) by its id or its name.",
      [LuaParameter("service", .any), LuaParameter("name", .string)]
    ) { [self] arguments in
      try await delete(connect(), arguments("name"))
      return []
    }
  }

  func refreshed(_ id: String, _ cloud: Cloud) async throws -> Thing { try await find(cloud, id) }
  func remove(_ id: String, _ cloud: Cloud) async throws { try await delete(cloud, id) }
}

extension Query {
  /// A filter as scripts write it: a table of scalars.
  fileprivate init(_ filter: Document.Value?) {
    self = [:]
    for (name, value) in filter?.map ?? [:] { self[name] = value.scalarText }
  }
}
