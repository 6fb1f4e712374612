import OpenStack

extension Declaration {
  /// Virtual private networks.
  static let privateNetworks: [Declaration] = [
    .neutron(
      "OS::Neutron::VPNService", vpn("vpnservice", "/vpn/vpnservices"),
      ["subnet": .named("subnet_id"), "router": .named("router_id")]
    ).with { $0.goesSlowly = true },
    .neutron("OS::Neutron::IKEPolicy", vpn("ikepolicy", "/vpn/ikepolicies")),
    .neutron("OS::Neutron::IPsecPolicy", vpn("ipsecpolicy", "/vpn/ipsecpolicies")),
    .neutron("OS::Neutron::IPsecSiteConnection", vpn("ipsec_site_connection", "/vpn/ipsec-site-connections"))
      .with {
        $0.goesSlowly = true
        $0.secretAttributes = ["psk"]
      },
  ]

  private static func vpn(_ name: String, _ path: String) -> ResourceKind {
    ResourceKind(
      .network, path, singular: name, plural: name.hasSuffix("y") ? name.dropLast() + "ies" : name + "s")
  }
}
