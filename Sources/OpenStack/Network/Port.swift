package import Document

/// Where something is plugged into a network.
package struct Port: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/ports", singular: "port", plural: "ports",
    summary: "Where something is plugged into a network.",
    columns: [
      "name", "status", "addresses=fixed_ips.*.ip_address", "mac=mac_address", "owner=device_owner",
      "device=device_id", "id",
    ],
    life: Life(settled: ["ACTIVE", "DOWN"]),
    fields: [
      .named("network", Network.kind, "Its network.", as: "network_id"),
      .named("subnet", Subnet.kind, "The subnet that it takes an address of.", as: "fixed_ips").optional,
      .allNamed("groups", SecurityGroup.kind, "Its security groups, by name or id.", as: "security_groups")
        .optional,
      .named("qos_policy", .qosPolicy, "What it may send.", as: "qos_policy_id").optional,
    ], actions: Networking.tagActions,
    shaped: { field, value in field == "subnet" ? [["subnet_id": value]] : nil })

  package struct Address: Sendable, Hashable {
    package let subnetID: String?
    package let address: String

    package init(subnetID: String?, address: String) {
      self.subnetID = subnetID
      self.address = address
    }
  }

  package let id: String
  package let name: String
  /// Such as `DOWN`, `ACTIVE`.
  package let status: String
  package let networkID: String
  package let addresses: [Address]
  package let macAddress: String?
  /// The server or router that it belongs to; nil when it is free.
  package let deviceID: String?
  package let deviceOwner: String?
  package let securityGroupIDs: [String]
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string, let network = raw["network_id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    networkID = network
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "UNKNOWN"
    addresses = (raw["fixed_ips"]?.list ?? []).compactMap { ip in
      ip["ip_address"]?.string.map { Address(subnetID: ip["subnet_id"]?.string, address: $0) }
    }
    macAddress = raw["mac_address"]?.string
    deviceID = raw["device_id"]?.textIfAny
    deviceOwner = raw["device_owner"]?.textIfAny
    securityGroupIDs = raw["security_groups"]?.strings ?? []
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewPort: NewResource {
  package typealias Resource = Port

  package var name: String
  package var networkID: String
  /// Nil for the project's default group; empty for none.
  package var securityGroupIDs: [String]?
  package var subnetID: String?
  package var fixedAddress: String?
  package var description: String?

  package init(
    name: String, networkID: String, securityGroupIDs: [String]? = nil, subnetID: String? = nil,
    fixedAddress: String? = nil, description: String? = nil
  ) {
    self.name = name
    self.networkID = networkID
    self.securityGroupIDs = securityGroupIDs
    self.subnetID = subnetID
    self.fixedAddress = fixedAddress
    self.description = description
  }

  package var body: Value {
    let address = Value.object(given: [
      ("subnet_id", Value(subnetID)), ("ip_address", Value(fixedAddress)),
    ])
    return .object(given: [
      ("name", .string(name)), ("network_id", .string(networkID)),
      ("security_groups", securityGroupIDs.map { Value($0) }),
      ("fixed_ips", subnetID == nil && fixedAddress == nil ? Value?.none : [address]),
      ("description", Value(description)),
    ])
  }
}

extension Calls where Resource == Port {
  /// The ports of a server.
  package func list(serverID: String) async throws -> [Port] { try await list(["device_id": serverID]) }

  package func setSecurityGroups(_ id: String, _ groupIDs: [String]) async throws -> Port {
    try await update(id, ["security_groups": Value(groupIDs)])
  }
}
