package import Document

/// What joins networks, and joins them to the outside.
package struct Router: TaggedResource {
  package static let kind = ResourceKind(.network, "/routers", singular: "router", plural: "routers")

  package let id: String
  package let name: String
  package let status: String
  package let externalNetworkID: String?
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    status = raw["status"]?.string ?? "UNKNOWN"
    externalNetworkID = raw["external_gateway_info"]?["network_id"]?.string
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewRouter: NewResource {
  package typealias Resource = Router

  package var name: String
  package var externalNetworkID: String?

  package init(name: String, externalNetworkID: String? = nil) {
    self.name = name
    self.externalNetworkID = externalNetworkID
  }

  package var body: Value {
    .object(given: [
      ("name", .string(name)),
      ("external_gateway_info", externalNetworkID.map { ["network_id": .string($0)] }),
    ])
  }
}

extension Calls where Resource == Router {
  package func addSubnet(_ subnetID: String, to id: String) async throws {
    try await call("PUT", id, "/add_router_interface", body: ["subnet_id": .string(subnetID)])
  }

  package func removeSubnet(_ subnetID: String, from id: String) async throws {
    try await call("PUT", id, "/remove_router_interface", body: ["subnet_id": .string(subnetID)])
  }
}
