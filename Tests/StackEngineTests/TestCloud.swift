import Ambience
import Document
import OrderedCollections
import StackEngine
import Synchronization
import Templates

/// A cloud of named things that counts what is alive, and fails or loses replies when told to.
final class TestCloud: Sendable {
  struct Thing: Sendable, Hashable {
    var id: String
    var name: String
    var size: Int64
    /// What somebody has written to it.
    var data = ""
  }

  struct Refusal: RequestError, CustomStringConvertible {
    let description: String
    var failedRequest: FailedRequest?

    init(description: String, failedRequest: FailedRequest? = nil) {
      self.description = description
      self.failedRequest = failedRequest
    }

    init(notFound id: String) {
      description = "there is no \(id)"
      failedRequest = FailedRequest(
        service: "things", method: "PUT", url: "/things/\(id)", status: 404, requestID: nil,
        message: description)
    }
  }

  struct State {
    var things: OrderedDictionary<String, Thing> = [:]
    var made = 0
    var mostAlive = 0
    var refuses: Set<String> = []
    var refusesOnce: Set<String> = []
    /// The requests that creations of some resources are refused by.
    var refusals: [String: FailedRequest] = [:]
    /// How many coming calls do their work and lose the answer.
    var lostReplies = 0
    var calls: [String] = []
    /// Whether every call finds nobody there.
    var isAway = false
    /// Whether looking, suspending and resuming take as long as changing.
    var isSlow = false
    /// The addresses that things have got since they were made, by id.
    var newAddresses: [String: String] = [:]
  }

  /// Nobody is there, for now.
  struct Away: PassingError, CustomStringConvertible {
    let description = "nobody answers"
    let mayPass = true
  }

  let state = Mutex(State())

  /// Goes away, or comes back.
  func goAway(_ isAway: Bool = true) { state.withLock { $0.isAway = isAway } }

  var things: [Thing] { state.withLock { Array($0.things.values) } }
  var names: [String] { things.map(\.name).sorted() }
  var calls: [String] { state.withLock { $0.calls } }

  func find(_ name: String) -> Thing? { state.withLock { $0.things.values.first { $0.name == name } } }

  /// Refuses nothing any longer, and is quick.
  func heal() {
    state.withLock { state in
      state.refuses = []
      state.refusesOnce = []
      state.isSlow = false
    }
  }

  func slowDown() { state.withLock { $0.isSlow = true } }
  var isSlow: Bool { state.withLock { $0.isSlow } }

  func refuse(_ logicalID: String) { state.withLock { _ = $0.refuses.insert(logicalID) } }
  func refuse(_ logicalID: String, by request: FailedRequest) {
    state.withLock { $0.refusals[logicalID] = request }
  }
  func refuseOnce(_ logicalID: String) { state.withLock { _ = $0.refusesOnce.insert(logicalID) } }
  func accept(_ logicalID: String) { state.withLock { _ = $0.refuses.remove(logicalID) } }

  /// Makes a thing, with the data of another if one is given.
  func make(_ name: String, size: Int64, for logicalID: String, from origin: String? = nil) throws -> Thing {
    try state.withLock { state in
      state.calls.append("make \(logicalID)")
      if state.isAway { throw Away() }
      if let request = state.refusals[logicalID] {
        throw Refusal(description: request.message, failedRequest: request)
      }
      if state.refuses.contains(logicalID) { throw Refusal(description: "quota exceeded") }
      var data = ""
      if let origin {
        guard let copied = state.things[origin] else { throw Refusal(description: "there is no \(origin)") }
        data = copied.data
      }
      state.made += 1
      let thing = Thing(id: "t-\(state.made)", name: name, size: size, data: data)
      state.things[thing.id] = thing
      state.mostAlive = max(state.mostAlive, state.things.count)
      try lose(&state)
      return thing
    }
  }

  func write(_ data: String, to id: String?) {
    state.withLock { if let id { $0.things[id]?.data = data } }
  }

  func resize(_ id: String, to size: Int64, for logicalID: String) throws {
    try state.withLock { state in
      state.calls.append("resize \(logicalID)")
      if state.refusesOnce.remove(logicalID) != nil { throw Refusal(description: "try later") }
      if state.refuses.contains(logicalID) { throw Refusal(description: "quota exceeded") }
      if state.things[id] == nil { throw Refusal(notFound: id) }
      state.things[id]?.size = size
      try lose(&state)
    }
  }

  func remove(_ id: String, for logicalID: String) throws {
    try state.withLock { state in
      state.calls.append("remove \(logicalID)")
      if state.isAway { throw Away() }
      if state.refuses.contains("-" + logicalID) { throw Refusal(description: "still in use") }
      state.things[id] = nil
      try lose(&state)
    }
  }

  /// Does away with a thing, or changes it, as somebody else would.
  func lose(_ id: String) { state.withLock { $0.things[id] = nil } }
  func meddle(_ id: String, size: Int64) { state.withLock { $0.things[id]?.size = size } }

  func observe(_ id: String) throws -> Thing? {
    try state.withLock { state in
      if state.isAway { throw Away() }
      return state.things[id]
    }
  }

  func put(_ verb: String, _ logicalID: String) throws {
    try state.withLock { state in
      state.calls.append("\(verb) \(logicalID)")
      if state.refuses.contains("z" + logicalID) { throw Refusal(description: "it can't sleep") }
    }
  }

  private func lose(_ state: inout State) throws {
    guard state.lostReplies > 0 else { return }
    state.lostReplies -= 1
    throw Refusal(description: "the connection broke")
  }
}

/// A type whose resources are things of a test cloud.
struct ThingType: ActionableResource, SuspendableResource {
  let cloud: TestCloud
  var name = "Test::Thing"
  var delay: Duration = .seconds(5)
  var replacesAfterDelete = false
  /// How long a call is on its way to the cloud.
  var lag: Duration = .zero
  let carriesStackTags = true

  var schema: ResourceSchema {
    ResourceSchema(
      properties: [
        "Size": .init(.integer, updatesInPlace: true), "Kind": .init(.string),
        "Peer": .init(.string), "Friend": .init(.string, updatesInPlace: true),
        "Password": .init(.string, updatesInPlace: true), "Tags": .init(.list(.string)),
      ], attributes: ["Address", "Token"])
  }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let result = try await call.step("thing") {
      cloud.find(call.physicalName).map { .string($0.id) }
    } change: {
      let size = call.properties["Size"]?.integer ?? 1
      if lag > .zero { try await call.ambient.sleep(lag) }
      let origin = call.content?.string
      return .string(try cloud.make(call.physicalName, size: size, for: call.logicalID, from: origin).id)
    }
    tag(call)
    try await call.ambient.sleep(delay)
    return physical(result.string ?? "")
  }

  private func tag(_ call: ResourceCall) {
    if call.stackTags == call.previousStackTags { return }
    let tags = call.stackTags.map { " \($0)=\($1)" }.joined()
    cloud.state.withLock { $0.calls.append("tag \(call.logicalID)\(tags)") }
  }

  private func physical(_ id: String) -> PhysicalResource {
    PhysicalResource(
      id: id, attributes: ["Address": .string("10.0.0.\(id)"), "Token": .string("token-\(id)")],
      secretAttributes: ["Token"])
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    try cloud.state.withLock { state in
      if state.refuses.contains("?" + resource.id) { throw TestCloud.Refusal(description: "not now") }
      var now = resource
      if let address = state.newAddresses[resource.id] { now.attributes["Address"] = .string(address) }
      return now
    }
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    _ = try await call.step("size") {
      try cloud.resize(resource.id, to: call.properties["Size"]?.integer ?? 1, for: call.logicalID)
      return true
    }
    tag(call)
    try await call.ambient.sleep(delay)
    return resource
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try cloud.remove(resource.id, for: call.logicalID)
    try await call.ambient.sleep(delay)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    cloud.find(call.physicalName).map { physical($0.id) }
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    if cloud.isSlow { try await call.ambient.sleep(delay) }
    guard let thing = try cloud.observe(resource.id) else { return .gone(resource) }
    let size = Value.integer(thing.size)
    return Observation(
      .sound, physical(thing.id), properties: call.properties["Size"] == nil ? [:] : ["Size": size])
  }

  func suspend(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if cloud.isSlow { try await call.ambient.sleep(delay) }
    try cloud.put("suspend", call.logicalID)
  }

  func resume(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if cloud.isSlow { try await call.ambient.sleep(delay) }
    try cloud.put("resume", call.logicalID)
  }

  func can(_ action: ResourceAction) -> Bool { if case .resize = action { false } else { true } }

  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    _ = try await call.step("action") {
      cloud.state.withLock { $0.calls.append("\(action.name) \(call.logicalID)") }
      return true
    }
    return resource
  }
}

extension ThingType: SnapshottableResource {
  func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value? {
    if call.properties["Kind"] == "empty" { return nil }
    let copy = try await call.step("copy") {
      cloud.find(call.physicalName).map { .string($0.id) }
    } change: {
      .string(try cloud.make(call.physicalName, size: 1, for: "=\(call.logicalID)", from: resource.id).id)
    }
    try await call.ambient.sleep(delay)
    return copy
  }

  func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws {
    let copies = cloud.things.filter { $0.name == call.physicalName || $0.id == content?.string }
    for copy in copies { try cloud.remove(copy.id, for: "=\(call.logicalID)") }
  }
}

/// A type that waits for a signal to itself.
struct WaitType: ResourceType {
  let name = "Test::Wait"
  let onlyWaits = true
  var schema: ResourceSchema { ResourceSchema(properties: ["Friend": .init(.string)], attributes: ["Data"]) }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    while true {
      let signals = try await call.signals.signals(to: call.logicalID)
      if let first = signals.first {
        return PhysicalResource(id: call.physicalName, attributes: ["Data": .string(first.data)])
      }
      try await call.signals.awaitSignal(to: call.logicalID, timeout: .seconds(3600))
    }
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }
  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}

/// A type that makes nothing, and at once.
struct NothingType: InstantType {
  let name = "Test::Nothing"
  let schema = ResourceSchema(properties: [
    "Value": .init(.string, updatesInPlace: true), "Kind": .init(.string),
  ])

  func made(_ call: ResourceCall) throws -> PhysicalResource {
    if call.properties["Value"]?.string == "bad" { throw TestCloud.Refusal(description: "it is bad") }
    return PhysicalResource(id: call.physicalName, notes: ["value": call.properties["Value"] ?? .null])
  }
}
