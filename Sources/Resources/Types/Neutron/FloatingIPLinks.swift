import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Link {
  /// What floating IPs lead to.
  static let floatingIPs: [Link] = [
    Link(
      "OS::Neutron::FloatingIPAssociation",
      ends: { call, context in
        var ends: Ends = [
          "address": .string(try call.required("floatingip_id")),
          "port": .string(try await context.names.id(of: Port.kind, named: try call.required("port_id"))),
        ]
        if let fixed = call.text("fixed_ip_address") { ends["fixed"] = .string(fixed) }
        return ends
      }, join: associate, part: disassociate, stands: leads,
      id: { "\($0.text("address")):\($0.text("port"))" }),
    Link(
      "OS::Nova::FloatingIPAssociation",
      ends: { call, context in
        let server = try await context.names.id(of: Server.kind, named: try call.required("server_id"))
        return [
          "address": .string(try await context.addressID(try call.required("floating_ip"))),
          "port": .string(try await context.firstPort(of: server)),
        ]
      }, join: associate, part: disassociate, stands: leads),
  ]

  private static let associate: @Sendable (Ends, OpenStackContext) async throws -> Void = { ends, context in
    try await context.untilAllowed {
      _ = try await context.cloud.network.floatingIPs.associate(
        ends.text("address"), portID: ends.text("port"), fixedAddress: ends["fixed"]?.scalarText)
    }
  }

  private static let leads: @Sendable (Ends, OpenStackContext) async throws -> Bool = { ends, context in
    try await context.cloud.network.floatingIPs.getIfPresent(ends.text("address"))?.portID
      == ends.text("port")
  }

  private static let disassociate: @Sendable (Ends, OpenStackContext) async throws -> Void = {
    ends, context in
    // It may lead elsewhere by now, which is no longer this link's business.
    let address = try await context.cloud.network.floatingIPs.get(ends.text("address"))
    guard address.portID == ends.text("port") else { return }
    _ = try await context.cloud.network.floatingIPs.associate(address.id, portID: nil)
  }
}

extension OpenStackContext {
  /// The id of a floating IP that is named by its id or its address.
  func addressID(_ text: String) async throws -> String {
    if isIdentifier(text) { return text }
    if let found = try await cloud.network.floatingIPs.find(address: text) { return found.id }
    throw ResourceError(.badProperty, "the project has no floating IP \(text)")
  }
}
