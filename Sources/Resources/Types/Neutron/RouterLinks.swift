import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine

extension Link {
  /// What routers are joined to.
  static let routers: [Link] = [
    Link(
      "OS::Neutron::RouterInterface", ends: interfaceEnds,
      join: { ends, context in try await context.joinRouter(ends) },
      part: { ends, context in try await context.partRouter(ends) },
      stands: { ends, context in try await context.isJoined(ends) },
      id: { "\($0.text("router")):\($0.text("kind"))=\($0.text("end"))" }),
    Link(
      "OS::Neutron::RouterGateway",
      ends: { call, context in
        let network = call.text("network") ?? call.text("network_id")
        return [
          "router": .string(
            try await context.names.id(of: Router.kind, named: try call.required("router_id"))),
          "network": .string(
            try await context.names.id(of: Network.kind, named: network ?? call.required("network"))),
        ]
      },
      join: { ends, context in
        _ = try await context.cloud.network.routers.update(
          ends.text("router"), ["external_gateway_info": ["network_id": ends["network"] ?? .null]])
      },
      part: { ends, context in
        try await context.untilAllowed {
          _ = try await context.cloud.network.routers.update(
            ends.text("router"), ["external_gateway_info": [:]])
        }
      },
      stands: { ends, context in
        let router = try await context.cloud.network.routers.getIfPresent(ends.text("router"))
        return router?.raw["external_gateway_info"]?["network_id"] == ends["network"]
      }, id: { "\($0.text("router")):\($0.text("network"))" }),
    Link(
      "OS::Neutron::ExtraRouteSet",
      ends: { call, context in
        let router = try await context.names.id(of: Router.kind, named: try call.required("router"))
        return ["router": .string(router), "routes": call.properties["routes"] ?? []]
      },
      join: { ends, context in try await context.changeRoutes("add_extraroutes", ends) },
      part: { ends, context in try await context.changeRoutes("remove_extraroutes", ends) }),
  ]

  private static func interfaceEnds(_ call: ResourceCall, _ context: OpenStackContext) async throws -> Ends {
    let router = try await context.names.id(
      of: Router.kind, named: call.text("router") ?? call.required("router_id"))
    if let port = call.text("port") ?? call.text("port_id") {
      let id = try await context.names.id(of: Port.kind, named: port)
      return ["router": .string(router), "kind": "port_id", "end": .string(id)]
    }
    let subnet = try call.text("subnet") ?? call.text("subnet_id") ?? call.required("subnet")
    let id = try await context.names.id(of: Subnet.kind, named: subnet)
    return ["router": .string(router), "kind": "subnet_id", "end": .string(id)]
  }
}

extension OpenStackContext {
  /// Joins a subnet or a port to a router, unless it is.
  func joinRouter(_ ends: Link.Ends) async throws {
    let path = "/routers/\(percentEncoded(ends.text("router")))/add_router_interface"
    do {
      _ = try await untilAllowed {
        try await cloud.request(
          service: "network", method: "PUT", path: path, body: [ends.text("kind"): ends["end"] ?? .null])
      }
    } catch let error as OpenStackError where [.badRequest, .conflict].contains(error.code) {
      guard try await isJoined(ends) else { throw error }
    }
  }

  /// Takes a subnet or a port off a router.
  func partRouter(_ ends: Link.Ends) async throws {
    let path = "/routers/\(percentEncoded(ends.text("router")))/remove_router_interface"
    _ = try await untilAllowed(within: .seconds(180)) {
      try await cloud.request(
        service: "network", method: "PUT", path: path, body: [ends.text("kind"): ends["end"] ?? .null])
    }
  }

  func changeRoutes(_ action: String, _ ends: Link.Ends) async throws {
    _ = try await untilAllowed {
      try await cloud.request(
        service: "network", method: "PUT", path: "/routers/\(ends.text("router"))/\(action)",
        body: ["router": ["routes": ends["routes"] ?? []]])
    }
  }

  func isJoined(_ ends: Link.Ends) async throws -> Bool {
    let ports = try await cloud.network.ports.list(["device_id": ends.text("router")])
    let end = ends.text("end")
    return ports.contains { port in port.id == end || port.addresses.contains { $0.subnetID == end } }
  }
}
