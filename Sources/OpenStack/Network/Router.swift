package import Document

/// What joins networks, and joins them to the outside.
package struct Router: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/routers", singular: "router", plural: "routers",
    summary: "What joins networks, and joins them to the outside.",
    columns: ["name", "status", "outside=external_gateway_info.external_fixed_ips.*.ip_address", "id"],
    life: Life(settled: ["ACTIVE"]),
    fields: [
      .named(
        "external_network", Network.kind, "The network that it leads out to.", as: "external_gateway_info"
      ).optional
    ],
    actions: [
      .call(
        "add_subnet", "PUT", "/add_router_interface", "Joins a subnet to it, at the subnet's gateway.",
        [.named("subnet", Subnet.kind, "The subnet.", as: "subnet_id")], body: .flat),
      .call(
        "remove_subnet", "PUT", "/remove_router_interface", "Takes a subnet off it.",
        [.named("subnet", Subnet.kind, "The subnet.", as: "subnet_id")], body: .flat),
      .call(
        "add_port", "PUT", "/add_router_interface", "Joins a port to it.",
        [.named("port", Port.kind, "The port.", as: "port_id")], body: .flat),
      .call(
        "remove_port", "PUT", "/remove_router_interface", "Takes a port off it, and deletes the port.",
        [.named("port", Port.kind, "The port.", as: "port_id")], body: .flat),
      .custom("clear_gateway", "Takes it off the outside.") { target, _ in
        try await target.send("PUT", body: ["router": ["external_gateway_info": [:]]]).value()
      },
      .custom(
        "add_routes", "Adds static routes and leaves the others.",
        [.list("routes", "Each with `destination` and `nexthop`.")], answer: .data("router")
      ) { target, arguments in
        let body: Value = ["router": ["routes": arguments["routes"] ?? []]]
        return try await target.send("PUT", "/add_extraroutes", body: body).value()
      },
      .custom(
        "remove_routes", "Takes static routes away.",
        [.list("routes", "Each with `destination` and `nexthop`.")], answer: .data("router")
      ) { target, arguments in
        let body: Value = ["router": ["routes": arguments["routes"] ?? []]]
        return try await target.send("PUT", "/remove_extraroutes", body: body).value()
      },
    ] + Networking.tagActions,
    shaped: { field, value in field == "external_network" ? ["network_id": value] : nil })

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
