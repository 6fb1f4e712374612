extension ServiceDirectory {
  static let network = ServiceDirectory(
    "network", .network, "Neutron: networks and what joins them.",
    kinds: [
      Network.kind, Subnet.kind, .subnetPool, .addressScope, Port.kind, Router.kind, FloatingIP.kind,
      SecurityGroup.kind, SecurityGroupRule.kind, .trunk, .qosPolicy, .rbacPolicy, .networkAgent,
      .networkExtension, .networkZone,
    ], actions: Quotas.network.actions)
}
