import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine

/// Where a server finds what is deployed to it: an object that it fetches by a temporary URL again and again.
///
/// It is what Heat's transport `POLL_TEMP_URL` does, with the same words in the object, so that guests with
/// os-collect-config understand it. Kiln serves the servers of all transports so: it has no address of its own.
struct DeploymentDesk: Sendable {
  private let context: OpenStackContext
  private let container: String
  private let object: String
  private let url: String
  private var store: ObjectStore { context.cloud.object }

  /// The desk of a server that is being made; nil for one that takes no deployments, or without object storage.
  ///
  /// `isDeployed` says that the server is there already, and is in the stack to take deployments only.
  static func open(
    for call: ResourceCall, _ context: OpenStackContext, isDeployed: Bool = false
  ) async throws -> DeploymentDesk? {
    guard var desk = DeploymentDesk(call, context, isDeployed: isDeployed) else { return nil }
    do {
      let key = try await desk.store.temporaryURLKey()
      let metadata = call.metadata
      // A server outlives many keys of URLs; ten years are the life of none.
      let end = call.ambient.now() + .seconds(10 * 365 * 86_400)
      let url = try await desk.store.temporaryURL(
        method: "GET", object: desk.object, in: desk.container, expires: end, key: key)
      desk = DeploymentDesk(context, desk.container, desk.object, url)
      let opened = desk
      _ = try await call.step("deployments") {
        try await opened.store.createContainer(opened.container)
        try await opened.write(opened.content(metadata, deployments: []))
        return .map(opened.notes)
      }
      return desk
    } catch let error as OpenStackError where [.noEndpoint, .forbidden].contains(error.code) {
      return nil
    }
  }

  /// The desk that a server which is being made may have, without its URL.
  init?(_ call: ResourceCall, _ context: OpenStackContext, isDeployed: Bool = false) {
    guard isDeployed || call.text("user_data_format") == "SOFTWARE_CONFIG" else { return nil }
    self.init(
      context, SignalAddress.container(call), "\(call.logicalID)/deployments/\(call.physicalName)", "")
  }

  /// The desk that a server's notes tell of.
  init?(notes: OrderedDictionary<String, Value>, _ context: OpenStackContext) {
    guard let container = notes["deployContainer"]?.string, let object = notes["deployObject"]?.string else {
      return nil
    }
    self.init(context, container, object, notes["deployURL"]?.string ?? "")
  }

  private init(_ context: OpenStackContext, _ container: String, _ object: String, _ url: String) {
    self.context = context
    self.container = container
    self.object = object
    self.url = url
  }

  var notes: OrderedDictionary<String, Value> {
    [
      "deployContainer": .string(container), "deployObject": .string(object), "deployURL": .string(url),
    ]
  }

  /// What os-collect-config is told.
  var collectConfig: Value {
    ["request": ["metadata_url": .string(url)], "collectors": ["ec2", "request", "local"]]
  }

  /// What the guest finds at its first boot.
  var initialData: Value { content(nil, deployments: []) }

  /// Whether the object store still has it.
  func isThere() async throws -> Bool { try await store.head(object, in: container) != nil }

  // MARK: - Changes

  func setMetadata(_ metadata: Value?) async throws {
    try await change { _, deployments in content(metadata, deployments: deployments) }
  }

  /// Puts a deployment on the desk in the place of one of the same name.
  func add(_ deployment: Value, named name: String) async throws {
    try await change { metadata, deployments in
      content(metadata, deployments: deployments.filter { $0["name"]?.string != name } + [deployment])
    }
  }

  func remove(named name: String) async throws {
    try await change { metadata, deployments in
      content(metadata, deployments: deployments.filter { $0["name"]?.string != name })
    }
  }

  /// Takes the desk away.
  func close() async throws {
    do {
      try await store.delete(object, in: container)
    } catch let error as OpenStackError where error.code == .notFound {}
    try await context.deleteIfEmpty(container)
  }

  private func change(_ body: @Sendable (Value, [Value]) -> Value) async throws {
    let key = "\(container)/\(object)"
    try await context.turns.take(key) {
      let now: Value
      do {
        now = try Value.json(try await store.get(object, in: container))
      } catch let error as OpenStackError where error.code == .notFound {
        return
      }
      try await write(body(now, now["deployments"]?.list ?? []))
    }
  }

  private func content(_ metadata: Value?, deployments: [Value]) -> Value {
    var members = metadata?.map ?? [:]
    members["os-collect-config"] = collectConfig
    members["deployments"] = .list(deployments)
    return .map(members)
  }

  private func write(_ content: Value) async throws {
    try await store.put(object, in: container, Array(content.jsonText().utf8), type: "application/json")
  }
}

extension OpenStackContext {
  /// Deletes a stack's container unless others of the stack still have objects in it.
  func deleteIfEmpty(_ container: String) async throws {
    do {
      try await cloud.object.deleteContainer(container)
    } catch let error as OpenStackError where [.notFound, .conflict].contains(error.code) {}
  }
}
