import Document
import OpenStack
package import StackEngine

extension EC2Instance: ActionableResource {
  package func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    let id = resource.id
    _ = try await call.step(action.rawValue) {
      try await begin(action, id)
      return true
    }
    if action == .stopStart {
      _ = try await call.step("start") {
        try await context.untilAllowed { try await servers.start(id) }
        return true
      }
    }
    try await ready(id, within: .seconds(900))
    return resource
  }

  private func begin(_ action: ResourceAction, _ id: String) async throws {
    switch action {
    case .softReboot: try await context.untilAllowed { try await servers.reboot(id, .soft) }
    case .hardReboot: try await context.untilAllowed { try await servers.reboot(id, .hard) }
    case .stopStart:
      if try await servers.get(id).status != "SHUTOFF" {
        try await context.untilAllowed { try await servers.stop(id) }
      }
      _ = try await settled(id, within: .seconds(300), or: ["SHUTOFF"], notActive: true)
    case .rebuild:
      guard let image = try await servers.get(id).imageID else {
        throw ResourceError(.unknownAction, "server \(id) boots from a volume and can't be rebuilt")
      }
      try await context.untilAllowed { try await servers.rebuild(id, imageID: image) }
    }
  }
}
