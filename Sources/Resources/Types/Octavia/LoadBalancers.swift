import Document
import OpenStack

extension Declaration {
  /// Octavia's: none is changed while its load balancer is.
  private static func octavia(
    _ type: String, _ kind: ResourceKind, _ fields: [String: Field] = [:]
  ) -> Declaration {
    Declaration(type, kind).with {
      $0.fields = fields
      $0.waitsForParent = true
      $0.goesSlowly = true
    }
  }

  static let octavia: [Declaration] = [
    octavia(
      "OS::Octavia::LoadBalancer", .loadBalancer,
      [
        "vip_subnet": .named("vip_subnet_id"), "tenant_id": .named("project_id"),
        "flavor": .named("flavor_id"),
      ]),
    octavia(
      "OS::Octavia::Listener", .listener,
      [
        "loadbalancer": .named("loadbalancer_id"), "default_pool": .named("default_pool_id"),
        "tenant_id": .named("project_id"),
      ]),
    octavia(
      "OS::Octavia::Pool", .pool,
      ["loadbalancer": .named("loadbalancer_id"), "listener": .named("listener_id")]),
    octavia("OS::Octavia::PoolMember", .poolMember, ["pool": .silent, "subnet": .named("subnet_id")]).with {
      $0.parent = ("pool", "/lbaas/pools/{}")
    },
    octavia("OS::Octavia::HealthMonitor", .healthMonitor, ["pool": .named("pool_id")]),
    octavia(
      "OS::Octavia::L7Policy", .l7Policy,
      ["listener": .named("listener_id"), "redirect_pool": .named("redirect_pool_id")]),
    octavia("OS::Octavia::L7Rule", .l7Rule, ["l7policy": .silent]).with {
      $0.parent = ("l7policy", "/lbaas/l7policies/{}")
    },
  ]
}
