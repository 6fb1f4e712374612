import Document
import LuaRuntime
import OpenStack
import OrderedCollections
import Synchronization

/// One service of a cloud: for each kind of thing in it `servers{...}`, `server(name)`, `create_server{...}` and
/// `delete_server(name)`, as far as the service has that, and what is done with the service as a whole.
final class ServiceObject: LuaObject {
  let directory: ServiceDirectory
  let access: CloudAccess
  private let made = Mutex<[LuaFunctionDeclaration]?>(nil)

  var name: String { directory.name }

  init(_ directory: ServiceDirectory, _ access: CloudAccess) {
    self.directory = directory
    self.access = access
  }

  static let luaClass = LuaClass("kiln.Service", "A service of a cloud.") {
    OwnMethods { (service: ServiceObject) in service.methods }
    Operation(.text) { (service: ServiceObject, _) in [.string(service.directory.summary)] }
  }

  /// The methods, which are made when the first is asked for: each call of one asks for them.
  private var methods: [LuaFunctionDeclaration] {
    made.withLock { made in
      if let made { return made }
      let methods = newMethods
      made = methods
      return methods
    }
  }

  private var newMethods: [LuaFunctionDeclaration] {
    directory.kinds.flatMap { kind in
      KindMethods<ServiceObject>(kind, access) { [access] _ in try await access.connect().things(kind) }.all
    }
      + directory.actions.map { action in
        ActionMethod(action, access).declaration { (service: ServiceObject, arguments) in
          let cloud = try await service.access.connect()
          return try await cloud.perform(action, of: service.directory.service, arguments).luaValue(
            service.access)
        }
      }
  }
}

/// What scripts need to reach a cloud's things: the cloud, and a way to call functions of theirs.
struct CloudAccess: Sendable {
  /// The cloud's name.
  let name: String
  /// The cloud, logged in or not.
  let connect: @Sendable () async throws -> Cloud
  let call: LuaCall
}
