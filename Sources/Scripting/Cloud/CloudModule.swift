import Document
import EmbeddedCloud
import LuaRuntime
import OpenStack

extension LuaModule {
  /// `kiln.cloud`: the chosen cloud's services, and other clouds by name.
  static func cloud(_ sessions: Sessions, _ traffic: TrafficLog, call: @escaping LuaCall) -> LuaModule {
    let chosen = CloudObject(name: sessions.defaultName, sessions: sessions, call: call)
    return LuaModule(name: "kiln.cloud", summary: "Lists and changes what the cloud has, service by service.")
    {
      Constant("name", "The chosen cloud's name.", .string(sessions.defaultName))
      Constant(
        "is_embedded", "Whether the chosen cloud is the one in memory.",
        .bool(sessions.defaultName == CloudObject.embeddedName))
      chosen.services.map { name, service in
        Constant(name, service.directory.summary, .object(service)).member
      }
      AsyncFunction(
        "connect", "Opens a cloud by its name in `clouds.yaml`, `envvars` or `embedded`.",
        [LuaParameter("name", .string)], returns: [LuaParameter("cloud", .object("kiln.Cloud"))]
      ) { arguments in
        let name: String = try arguments("name")
        _ = try await sessions.session(name)
        return [.object(CloudObject(name: name, sessions: sessions, call: call))]
      }
      AsyncFunction(
        "request", "Asks the chosen cloud anything: the answer's JSON.", CloudObject.requestParameters,
        returns: [LuaParameter("answer", .any)]
      ) { try await chosen.request($0) }
      AsyncFunction(
        "topology", "Draws how the chosen cloud's networks hang together.",
        returns: [LuaParameter("topology", .object("kiln.Topology"))]
      ) { _ in try await chosen.topology() }
      Function(
        "requests",
        "The latest requests that went to clouds, the newest last, and how many there were altogether; secrets are "
          + "masked.",
        [
          LuaParameter(
            "last", .optional(.integer), "How many; all that are kept if not given, which are 1,000 or more.")
        ], returns: [LuaParameter("requests", .list(.map)), LuaParameter("count", .integer)]
      ) { arguments in
        let last: Int64? = try arguments.optional("last")
        let recent = traffic.recent.suffix(last.map { Int(max(0, min($0, 1_000_000))) } ?? .max)
        return [.list(recent.map(\.record)), .integer(Int64(traffic.count))]
      }
      AsyncFunction(
        "guest", "What runs in a server of the embedded cloud.", [LuaParameter("server_id", .string)],
        returns: [LuaParameter("guest", .object("kiln.Guest"))]
      ) { try await chosen.guest($0) }
      AsyncFunction("fault", CloudObject.faultSummary, [FaultOptions.parameter]) {
        try await chosen.fault($0)
      }
      AsyncFunction("clear_faults", "Forgets the faults that are still to come.") { _ in
        try await chosen.clearFaults()
      }
      AsyncFunction("expire_tokens", "Makes the embedded cloud forget all tokens that it has given out.") {
        _ in
        try await chosen.expireTokens()
      }
      CloudObject.luaClass
      ServiceObject.luaClass
      ThingObject.luaClass
      GuestObject.luaClass
      TopologyObject.luaClass
    }
  }
}

/// A cloud as scripts hold it.
final class CloudObject: LuaObject {
  static let embeddedName = "embedded"

  let name: String
  let sessions: Sessions
  let services: [(name: String, service: ServiceObject)]

  init(name: String, sessions: Sessions, call: @escaping LuaCall) {
    self.name = name
    self.sessions = sessions
    let access = CloudAccess(name: name, connect: { try await sessions.session(name).cloud }, call: call)
    services = ServiceDirectory.all.map { ($0.name, ServiceObject($0, access)) }
  }

  static let requestParameters = [
    LuaParameter("service", .string, "The service's type, such as `compute`."),
    LuaParameter("method", .string),
    LuaParameter("path", .string, "What follows the service's endpoint, with its leading slash."),
    LuaParameter("body", .optional(.data)),
  ]

  static let luaClass = LuaClass("kiln.Cloud", "An OpenStack cloud as one user of one project sees it.") {
    Property("name", .string, "The cloud's name.") { (cloud: CloudObject) in .string(cloud.name) }
    Property("is_embedded", .boolean, "Whether it is the cloud in memory.") { (cloud: CloudObject) in
      .bool(cloud.name == embeddedName)
    }
    Fields(
      names: { (cloud: CloudObject) in cloud.services.map(\.name) },
      get: { cloud, name in cloud.services.first { $0.name == name }.map { .object($0.service) } })
    AsyncMethod(
      "request", "Asks the cloud anything: the answer's JSON.", requestParameters,
      returns: [LuaParameter("answer", .any)]
    ) { (cloud: CloudObject, arguments) in try await cloud.request(arguments) }
    AsyncMethod(
      "topology", "Draws how its networks hang together.",
      returns: [LuaParameter("topology", .object("kiln.Topology"))]
    ) { (cloud: CloudObject, _) in try await cloud.topology() }
    AsyncMethod(
      "guest", "What runs in a server of the embedded cloud.", [LuaParameter("server_id", .string)],
      returns: [LuaParameter("guest", .object("kiln.Guest"))]
    ) { (cloud: CloudObject, arguments) in try await cloud.guest(arguments) }
    AsyncMethod("fault", faultSummary, [FaultOptions.parameter]) { (cloud: CloudObject, arguments) in
      try await cloud.fault(arguments)
    }
    AsyncMethod("clear_faults", "Forgets the faults that are still to come.") { (cloud: CloudObject, _) in
      try await cloud.clearFaults()
    }
    AsyncMethod("expire_tokens", "Makes it forget all tokens that it has given out.") {
      (cloud: CloudObject, _) in try await cloud.expireTokens()
    }
    Operation(.text) { (cloud: CloudObject, _) in [.string("Cloud \(cloud.name)")] }
  }

  func request(_ arguments: LuaArguments) async throws -> [LuaValue] {
    let cloud = try await sessions.session(name).cloud
    let answer = try await cloud.request(
      service: arguments("service"), method: arguments("method", as: String.self).uppercased(),
      path: arguments("path"), body: arguments.optional("body"))
    return [.data(answer)]
  }

  func topology() async throws -> [LuaValue] {
    [.object(TopologyObject(try await sessions.session(name).cloud.topology()))]
  }

  func guest(_ arguments: LuaArguments) async throws -> [LuaValue] {
    [.object(try await GuestObject(embedded(), server: arguments("server_id")))]
  }

  /// The cloud itself, where it is the one in memory.
  func embedded() async throws -> EmbeddedCloud {
    if let embedded = try await sessions.session(name).embedded { return embedded }
    throw LuaError(
      LuaError.Code("not_embedded"),
      "the cloud \(name) is no embedded one, so its guests and its faults are out of reach",
      hint: "run with --cloud embedded to break and heal things")
  }
}

extension RequestTrace {
  fileprivate var record: LuaValue {
    .record([
      LuaField("method", .string(method)), LuaField("url", .string(url)),
      LuaField("status", status.map { .integer(Int64($0)) } ?? .nil),
      LuaField("seconds", .number(duration / .seconds(1))),
      LuaField("request_id", requestID.map(LuaValue.string) ?? .nil),
      LuaField("failure", failure.map(LuaValue.string) ?? .nil),
    ])
  }
}
