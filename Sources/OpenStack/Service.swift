/// A kind of OpenStack service, by its official type.
///
/// Types and aliases are those of the service-types authority (service-types.openstack.org).
package struct Service: Sendable, Hashable, ExpressibleByStringLiteral {
  package let type: String

  /// Takes the official type or any alias of it.
  package init(_ type: String) {
    let type = type.replacing("_", with: "-")
    self.type = Self.aliases.first { $0.key == type || $0.value.contains(type) }?.key ?? type
  }

  package init(stringLiteral value: String) { self.init(value) }

  package static let identity = Service("identity")
  package static let compute = Service("compute")
  package static let network = Service("network")
  package static let volume = Service("block-storage")
  package static let image = Service("image")
  package static let object = Service("object-store")
  package static let orchestration = Service("orchestration")
  package static let loadBalancer = Service("load-balancer")
  package static let dns = Service("dns")
  package static let keyManager = Service("key-manager")

  /// The types under which a catalog may list it, the likeliest first.
  package var catalogTypes: [String] { [type] + (Self.aliases[type] ?? []) }

  private static let aliases: [String: [String]] = [
    "block-storage": ["volumev3", "volumev2", "block-store", "volume"],
    "shared-file-system": ["sharev2", "share"],
    "container-infrastructure-management": ["container-infrastructure", "container-infra"],
    "baremetal": ["bare-metal"],
    "workflow": ["workflowv2"],
    "message": ["messaging"],
    "dns": [], "identity": [], "compute": [], "network": [], "image": [], "object-store": [],
    "orchestration": [], "load-balancer": [], "key-manager": [], "placement": [],
  ]

  /// The version's path segment that calls of ours are written for, where an endpoint may lack it.
  var apiVersion: String? {
    switch self {
    case .identity: "v3"
    case .network: "v2.0"
    case .image: "v2"
    case .compute: "v2.1"
    case .volume: "v3"
    case .loadBalancer, .dns: "v2"
    case .keyManager: "v1"
    default: nil
    }
  }

  /// The newest microversion that our calls and models were checked against.
  var knownMicroversion: Microversion? {
    switch self {
    case .compute: Microversion(2, 79)
    case .volume: Microversion(3, 59)
    default: nil
    }
  }

  /// The name that `OpenStack-API-Version` wants.
  var microversionName: String { self == .volume ? "volume" : type }

  /// The name of the program, which people know better than the type: `Nova`, `Neutron` ...
  package var program: String {
    switch type {
    case "identity": "Keystone"
    case "compute": "Nova"
    case "network": "Neutron"
    case "block-storage": "Cinder"
    case "image": "Glance"
    case "object-store": "Swift"
    case "orchestration": "Heat"
    case "load-balancer": "Octavia"
    case "dns": "Designate"
    case "key-manager": "Barbican"
    case "placement": "Placement"
    default: type
    }
  }
}

extension Service: CustomStringConvertible {
  package var description: String { type }
}
