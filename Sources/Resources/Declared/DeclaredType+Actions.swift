import Document
import OpenStack
import OrderedCollections
package import StackEngine

// Floating IPs are led to another server, and members of pools drained, without a change of the template: what it says
// comes back with the next update of theirs.
extension DeclaredType: ActionableResource {
  func can(_ action: ResourceAction) -> Bool {
    switch action {
    case .lead: declaration.kind.singular == FloatingIP.kind.singular
    case .drain, .admit: declaration.type == "OS::Octavia::PoolMember"
    case .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate, .resize: false
    }
  }

  func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    switch action {
    case .lead(let server): try await context.lead(resource.id, to: server)
    case .drain: try await setWeight(0, of: resource)
    case .admit: try await setWeight(call.properties["weight"]?.integer ?? 1, of: resource)
    case .softReboot, .hardReboot, .stopStart, .rebuild, .stop, .evacuate, .resize:
      throw ResourceError(.unknownAction, "\(declaration.type) knows no \(action.name)")
    }
    return resource
  }

  /// A member of weight 0 takes no new connections (Octavia's API, "weight").
  private func setWeight(_ weight: Int64, of member: PhysicalResource) async throws {
    let members = calls(member.notes["parent"]?.string ?? "")
    _ = try await context.untilAllowed { try await members.update(member.id, ["weight": .integer(weight)]) }
  }
}

extension EC2EIP: ActionableResource {
  package func can(_ action: ResourceAction) -> Bool { if case .lead = action { true } else { false } }

  package func perform(
    _ action: ResourceAction, on resource: PhysicalResource, _ call: ResourceCall
  ) async throws -> PhysicalResource {
    guard case .lead(let server) = action else {
      throw ResourceError(.unknownAction, "an elastic IP knows no \(action.name)")
    }
    try await context.lead(resource.id, to: server)
    return resource
  }
}

extension OpenStackContext {
  /// Leads a floating IP to a server; doing so twice does no harm.
  fileprivate func lead(_ address: String, to server: String) async throws {
    let port = try await firstPort(of: server)
    try await untilAllowed { _ = try await cloud.network.floatingIPs.associate(address, portID: port) }
  }
}
