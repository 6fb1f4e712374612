import Document
import OpenStack
import OrderedCollections
import Templates

extension OpenStackContext {
  /// A property's value with ids in the place of names, as the schema says what it refers to.
  func resolved(_ value: Value, _ property: ResourceSchema.Property?) async throws -> Value {
    guard let property else { return value }
    return try await resolved(value, property.kind, property.limits)
  }

  private func resolved(_ value: Value, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?) async throws
    -> Value
  {
    if let text = value.scalarText {
      guard !text.isEmpty, let referred = limits?.formats.lazy.compactMap({ Self.kinds[$0] }).first else {
        return value
      }
      return .string(try await names.id(of: referred, named: text))
    }
    switch (kind, value) {
    case (.limited(let inner, let limits), _): return try await resolved(value, inner, limits)
    case (.list(let item), .list(let values)):
      var items: [Value] = []
      for value in values { items.append(try await resolved(value, item, nil)) }
      return .list(items)
    case (.map(let shape), .map(let members)):
      var result: OrderedDictionary<String, Value> = [:]
      for (name, member) in members { result[name] = try await resolved(member, shape.properties[name]) }
      return .map(result)
    default: return value
    }
  }

  /// What the schemas' words for what a property refers to stand for.
  private static let kinds: [String: ResourceKind] = [
    "neutron.network": Network.kind, "neutron.subnet": Subnet.kind, "neutron.port": Port.kind,
    "neutron.router": Router.kind, "neutron.security_group": SecurityGroup.kind,
    "neutron.qos_policy": .qosPolicy, "neutron.subnetpool": .subnetPool,
    "neutron.address_scope": .addressScope, "nova.flavor": Flavor.kind, "nova.server": Server.kind,
    "glance.image": Image.kind, "cinder.volume": Volume.kind, "cinder.snapshot": Snapshot.kind,
    "cinder.backup": Backup.kind, "cinder.vtype": VolumeType.kind, "keystone.project": .project,
    "keystone.user": .user, "keystone.group": .group, "keystone.role": .role, "keystone.domain": .domain,
    "keystone.service": .catalogService, "octavia.loadbalancer": .loadBalancer,
    "octavia.listener": .listener, "octavia.pool": .pool, "octavia.l7policy": .l7Policy,
    "designate.zone": .zone,
  ]
}
