import Document
import HTTP
import OpenStack

extension Declaration {
  /// Networks, and what says how they are built.
  static let networks: [Declaration] = [
    .neutron(
      "OS::Neutron::Net", Network.kind, ["qos_policy": .named("qos_policy_id"), "dhcp_agent_ids": .agents]),
    .neutron(
      "OS::Neutron::ProviderNet", Network.kind,
      [
        "network_type": .named("provider:network_type"),
        "physical_network": .named("provider:physical_network"),
        "segmentation_id": .named("provider:segmentation_id"), "router_external": .named("router:external"),
      ]),
    .neutron("OS::Neutron::Segment", .segment, ["network": .named("network_id")]),
  ]
}

extension Declaration.Field {
  /// The DHCP agents that serve a network, which administrators choose.
  fileprivate static let agents = Declaration.Field.set { value, making in
    for agent in value.list ?? [] {
      guard let id = agent.scalarText else { continue }
      do {
        _ = try await making.context.cloud.request(
          service: "network", method: "POST", path: "/agents/\(percentEncoded(id))/dhcp-networks",
          body: ["network_id": .string(making.id)])
      } catch let error as OpenStackError where error.code == .conflict {}
    }
  }
}

extension ResourceKind {
  /// A part of a network with one way of carrying its packets.
  fileprivate static let segment = ResourceKind(
    .network, "/segments", singular: "segment", plural: "segments",
    summary: "A part of a network with one way of carrying its packets.")
}
