/// Neutron's calls (Networking API v2.0).
package struct Networking: Sendable {
  let cloud: Cloud

  package var networks: Calls<Network> { Calls(cloud) }
  package var subnets: Calls<Subnet> { Calls(cloud) }
  package var ports: Calls<Port> { Calls(cloud) }
  package var routers: Calls<Router> { Calls(cloud) }
  package var floatingIPs: Calls<FloatingIP> { Calls(cloud) }
  package var securityGroups: Calls<SecurityGroup> { Calls(cloud) }
  package var securityGroupRules: Calls<SecurityGroupRule> { Calls(cloud) }
}
