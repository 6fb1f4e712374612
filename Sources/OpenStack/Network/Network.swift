package import Document

/// A network of layer 2.
package struct Network: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/networks", singular: "network", plural: "networks", summary: "A network of layer 2.",
    columns: ["name", "status", "external=router:external", "shared", "subnets=subnets.*", "id"],
    life: Life(settled: ["ACTIVE", "DOWN"]),
    fields: [
      .text("name", "Its name."),
      .named("qos_policy", .qosPolicy, "What its ports may send.", as: "qos_policy_id").optional,
    ], actions: Networking.tagActions)

  package let id: String
  package let name: String
  package let status: String
  /// Whether floating IPs come from it.
  package let isExternal: Bool
  package let isShared: Bool
  package let subnetIDs: [String]
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "UNKNOWN"
    isExternal = raw["router:external"]?.bool ?? false
    isShared = raw["shared"]?.bool ?? false
    subnetIDs = raw["subnets"]?.strings ?? []
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewNetwork: NewResource {
  package typealias Resource = Network

  package var name: String
  package var description: String?

  package init(name: String, description: String? = nil) {
    self.name = name
    self.description = description
  }

  package var body: Value { .object(given: [("name", .string(name)), ("description", Value(description))]) }
}

extension Calls where Resource == Network {
  /// Those that floating IPs come from.
  package func external() async throws -> [Network] { try await list(["router:external": "true"]) }
}
