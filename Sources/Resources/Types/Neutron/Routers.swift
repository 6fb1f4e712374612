import Document
import HTTP
import OpenStack
import OrderedCollections

extension Declaration {
  /// Routers.
  static let routers: [Declaration] = [
    .neutron(
      "OS::Neutron::Router", Router.kind,
      [
        "external_gateway_info": .made { value, making in
          ["external_gateway_info": try await gateway(value, making.context)]
        },
        "l3_agent_id": .set { value, making in
          if let id = value.scalarText { try await host([id], making) }
        },
        "l3_agent_ids": .set { value, making in
          try await host((value.list ?? []).compactMap(\.scalarText), making)
        },
      ]
    ).with { $0.defaults = ["external_gateway_info": [:]] }
  ]

  private static func gateway(_ value: Value, _ context: OpenStackContext) async throws -> Value {
    guard case .map(var fields) = value, let name = fields.removeValue(forKey: "network")?.scalarText else {
      return [:]
    }
    fields["network_id"] = .string(try await context.names.id(of: Network.kind, named: name))
    if let addresses = fields["external_fixed_ips"] {
      fields["external_fixed_ips"] = try await context.fixedAddresses(addresses)
    }
    return .map(fields.filter { !$0.value.isNull })
  }

  /// Has agents host a router, which administrators choose.
  private static func host(_ agents: [String], _ making: Making) async throws {
    for agent in agents {
      do {
        _ = try await making.context.cloud.request(
          service: "network", method: "POST", path: "/agents/\(percentEncoded(agent))/l3-routers",
          body: ["router_id": .string(making.id)])
      } catch let error as OpenStackError where error.code == .conflict {}
    }
  }
}
