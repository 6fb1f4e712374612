import Document
import OpenStack
import StackEngine

// An action isn't taken twice because an answer, or the process that waited for it, was lost: Nova's own list of what
// was done to a server tells whether the request has come. No clocks are compared: what counts is what has come onto
// the list since the step was begun.
extension OpenStackContext {
  /// Performs an action on a server and returns when it is active again, or off where that is the action.
  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    try await perform(action, onServer: resource.id, call)
    var resource = resource
    if action == .rebuild { resource.rebuilds += 1 }
    return resource
  }

  private func perform(_ action: ResourceAction, onServer id: String, _ call: ResourceCall) async throws {
    let servers = cloud.compute.servers
    let last = try await lastAction(on: id, call, before: action.name)
    switch action {
    case .softReboot:
      try await once("reboot", on: id, after: last, call, action.name) { try await servers.reboot(id, .soft) }
    case .hardReboot:
      try await once("reboot", on: id, after: last, call, action.name) { try await servers.reboot(id, .hard) }
    case .stopStart:
      try await once("stop", on: id, after: last, call, action.name) {
        if try await servers.get(id).status != "SHUTOFF" { try await servers.stop(id) }
      }
      try await once("start", on: id, after: last, call, "start") {
        _ = try await serverSettled(id, within: .seconds(300), in: ["SHUTOFF"])
        try await servers.start(id)
      }
    case .rebuild:
      guard let image = try await servers.get(id).imageID else {
        throw ResourceError(.unknownAction, "server \(id) boots from a volume and can't be rebuilt")
      }
      try await once("rebuild", on: id, after: last, call, action.name) {
        try await servers.rebuild(id, imageID: image)
      }
    case .stop:
      try await once("stop", on: id, after: last, call, action.name) {
        if try await servers.get(id).status != "SHUTOFF" { try await servers.stop(id) }
      }
      _ = try await serverSettled(id, within: .seconds(300), in: ["SHUTOFF"])
      return
    case .evacuate:
      try await once("evacuate", on: id, after: last, call, action.name) { try await servers.evacuate(id) }
    case .lead, .drain, .admit, .resize:
      throw ResourceError(.unknownAction, "server \(id) knows no \(action.name)")
    }
    try await serverReady(id, within: .seconds(900))
  }

  /// The request that Nova's list began with before a step; empty for an empty list.
  private func lastAction(on id: String, _ call: ResourceCall, before step: String) async throws -> String {
    try await call.step(StepEntry.findingPrefix + step) {
      .string(try await cloud.compute.servers.deeds(on: id, newest: 1).first?.request ?? "")
    }.string ?? ""
  }

  /// Takes a step whose request Nova lists under a name, once; the step's result is the request's id.
  private func once(
    _ name: String, on id: String, after last: String, _ call: ResourceCall, _ step: String,
    _ send: () async throws -> Void
  ) async throws {
    func found() async throws -> Value? {
      try await cloud.compute.servers.deeds(on: id).prefix { $0.request != last }
        .first { $0.action == name }.map { .string($0.request) }
    }
    _ = try await call.step(step, find: found) {
      var isRepeated = false
      return try await untilAllowed {
        if isRepeated, let found = try await found() { return found }
        isRepeated = true
        try await send()
        return try await found() ?? true
      }
    }
  }
}
