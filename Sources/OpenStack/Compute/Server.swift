package import Ambience
package import Document
import OrderedCollections

/// A virtual machine.
package struct Server: CloudResource {
  package static let kind: ResourceKind = ResourceKind(
    .compute, "/servers", singular: "server", plural: "servers", summary: "A virtual machine.",
    columns: [
      "name", "status", "task=OS-EXT-STS:task_state", "addresses=addresses.*.*.addr",
      "flavor=flavor.original_name", "key=key_name", "zone=OS-EXT-AZ:availability_zone", "id",
    ],
    listPath: "/servers/detail", nameFilter: .pattern,
    life: Life(
      settled: [
        "ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "RESCUE", "SHELVED", "SHELVED_OFFLOADED", "VERIFY_RESIZE",
      ],
      task: "OS-EXT-STS:task_state", faults: ["fault.message"]),
    fields: newFields,
    actions: powerActions + changeActions + moveActions + reachActions + noteActions,
    children: [.serverInterface, .serverVolume, .serverEvent, .serverMigration], shaped: shaped)

  package struct Address: Sendable, Hashable {
    package let network: String
    package let address: String
    /// Whether it is a floating IP; else it is fixed.
    package let isFloating: Bool
    package let macAddress: String?
  }

  /// Where a server runs, as Nova shows it to administrators: to others all of it is nil.
  package struct Placement: Sendable, Hashable {
    /// The host of its `nova-compute`; nil also while it runs nowhere.
    package let host: String?
    /// The hypervisor's own name, which most often is the same.
    package let hypervisor: String?
    /// What the hypervisor calls the server, such as `instance-0000002a`.
    package let instance: String?
  }

  package let id: String
  package let name: String
  /// Such as `ACTIVE`, `BUILD`, `ERROR`, `SHUTOFF`.
  package let status: String
  /// What Nova is doing with it, such as `rebooting`; nil when nothing.
  package let taskState: String?
  /// Why its status is `ERROR`.
  package let fault: String?
  package let addresses: [Address]
  package let metadata: [String: String]
  package let tags: [String]
  package let keyName: String?
  package let flavorName: String?
  package let imageID: String?
  package let availabilityZone: String?
  /// Where it runs, and what libvirt calls it there.
  package let placement: Placement
  package let volumeIDs: [String]
  package let securityGroupNames: [String]
  package let created: Timestamp?
  package let updated: Timestamp?
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? id
    status = raw["status"]?.string ?? "UNKNOWN"
    taskState = raw["OS-EXT-STS:task_state"]?.string
    fault = raw["fault"]?["message"]?.string
    addresses = (raw["addresses"]?.map ?? [:]).flatMap { network, list in
      (list.list ?? []).compactMap { Address($0, network: network) }
    }
    metadata = raw["metadata"]?.texts ?? [:]
    tags = raw["tags"]?.strings ?? []
    keyName = raw["key_name"]?.textIfAny
    flavorName = raw["flavor"]?["original_name"]?.string
    imageID = raw["image"]?["id"]?.string
    availabilityZone = raw["OS-EXT-AZ:availability_zone"]?.textIfAny
    placement = Placement(
      host: raw["OS-EXT-SRV-ATTR:host"]?.textIfAny,
      hypervisor: raw["OS-EXT-SRV-ATTR:hypervisor_hostname"]?.textIfAny,
      instance: raw["OS-EXT-SRV-ATTR:instance_name"]?.textIfAny)
    volumeIDs = (raw["os-extended-volumes:volumes_attached"]?.list ?? []).compactMap { $0["id"]?.string }
    securityGroupNames = (raw["security_groups"]?.list ?? []).compactMap { $0["name"]?.string }
    created = raw["created"]?.string.flatMap(Timestamp.init(iso8601:))
    updated = raw["updated"]?.string.flatMap(Timestamp.init(iso8601:))
  }

  /// The first fixed address, IPv4 before IPv6.
  package var fixedAddress: String? {
    let fixed = addresses.filter { !$0.isFloating }.map(\.address)
    return fixed.first { !$0.contains(":") } ?? fixed.first
  }

  package var floatingAddress: String? { addresses.first(where: \.isFloating)?.address }
}

extension Server.Address {
  fileprivate init?(_ raw: Value, network: String) {
    guard let address = raw["addr"]?.string else { return nil }
    self.init(
      network: network, address: address, isFloating: raw["OS-EXT-IPS:type"]?.string == "floating",
      macAddress: raw["OS-EXT-IPS-MAC:mac_addr"]?.string)
  }
}
