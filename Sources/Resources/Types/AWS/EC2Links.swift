import Document
import OpenStack
import OrderedCollections
import StackEngine

extension Link {
  /// What joins the parts of a VPC.
  static let ec2: [Link] = [
    Link(
      "AWS::EC2::VPCGatewayAttachment",
      ends: { call, context in
        let network = try call.required("VpcId")
        guard let router = try await context.router(ofVPC: network) else {
          throw ResourceError(.badProperty, "the VPC \(network) has no router of its name")
        }
        return ["router": .string(router), "network": .string(try await context.externalNetwork())]
      },
      join: { ends, context in try await context.setGateway(ends.text("network"), of: ends.text("router")) },
      part: { ends, context in try await context.setGateway(nil, of: ends.text("router")) },
      stands: { ends, context in
        let router = try await context.cloud.network.routers.getIfPresent(ends.text("router"))
        return router?.raw["external_gateway_info"]?["network_id"]?.string != nil
      }),
    Link(
      "AWS::EC2::SubnetRouteTableAssociation",
      ends: { call, context in
        let subnet = try await context.names.id(of: Subnet.kind, named: try call.required("SubnetId"))
        let network = try await context.cloud.network.subnets.get(subnet).networkID
        var ends: Ends = ["table": .string(try call.required("RouteTableId")), "subnet": .string(subnet)]
        if let router = try await context.router(ofVPC: network) { ends["router"] = .string(router) }
        return ends
      },
      join: { ends, context in try await context.move(ends, from: "router", to: "table") },
      part: { ends, context in try await context.move(ends, from: "table", to: "router") }),
    Link(
      "AWS::EC2::Route",
      ends: { call, context in
        var ends: Ends = [
          "router": .string(try call.required("RouteTableId")),
          "destination": .string(call.text("DestinationCidrBlock") ?? "0.0.0.0/0"),
        ]
        if call.text("GatewayId") != nil || call.text("NatGatewayId") != nil {
          ends["network"] = .string(try await context.externalNetwork())
        } else if let server = call.text("InstanceId") {
          let port = try await context.cloud.network.ports.get(try await context.firstPort(of: server))
          ends["nexthop"] = .string(port.addresses.first?.address ?? "")
        }
        return ends
      },
      join: { ends, context in try await context.route(ends, isAdded: true) },
      part: { ends, context in try await context.route(ends, isAdded: false) }),
    rule("AWS::EC2::SecurityGroupIngress", .ingress), rule("AWS::EC2::SecurityGroupEgress", .egress),
  ]

  /// One rule of a security group as a resource of its own.
  private static func rule(_ type: String, _ direction: SecurityGroupRule.Direction) -> Link {
    Link(
      type,
      ends: { call, context in
        let group = try call.text("GroupId") ?? call.required("GroupName")
        var ends = call.properties.values
        ends["group"] = .string(try await context.names.id(of: SecurityGroup.kind, named: group))
        let source = call.text("SourceSecurityGroupId") ?? call.text("SourceSecurityGroupName")
        if let source {
          let id = try await context.names.id(of: SecurityGroup.kind, named: source)
          ends["SourceSecurityGroupId"] = .string(id)
        }
        return ends
      },
      join: { ends, context in
        let draft = try RuleDraft(.map(ends), direction)
        do {
          _ = try await context.cloud.network.securityGroupRules.create(draft.new(in: ends.text("group")))
        } catch let error as OpenStackError where error.code == .conflict {}
      },
      part: { ends, context in
        let draft = try RuleDraft(.map(ends), direction)
        let group = try await context.cloud.network.securityGroups.get(ends.text("group"))
        for rule in group.rules where RuleDraft(rule) == draft {
          try await context.cloud.network.securityGroupRules.deleteIfPresent(rule.id)
        }
      },
      stands: { ends, context in
        let draft = try RuleDraft(.map(ends), direction)
        let group = try await context.cloud.network.securityGroups.getIfPresent(ends.text("group"))
        return group?.rules.contains { RuleDraft($0) == draft } ?? false
      })
  }
}

extension OpenStackContext {
  fileprivate func setGateway(_ network: String?, of router: String) async throws {
    let gateway: Value = network.map { ["network_id": .string($0)] } ?? [:]
    try await untilAllowed {
      _ = try await cloud.network.routers.update(router, ["external_gateway_info": gateway])
    }
  }

  /// Moves a subnet from one router to another.
  fileprivate func move(_ ends: Link.Ends, from old: String, to new: String) async throws {
    guard let to = ends[new], to != ends[old] else { return }
    if let from = ends[old] {
      do {
        try await partRouter(["router": from, "kind": "subnet_id", "end": ends["subnet"] ?? .null])
      } catch let error as OpenStackError where [.notFound, .badRequest].contains(error.code) {}
    }
    do {
      try await joinRouter(["router": to, "kind": "subnet_id", "end": ends["subnet"] ?? .null])
    } catch let error as OpenStackError where new == "router" && error.code == .notFound {}
  }

  /// A way out is the router's gateway; any other route is one of its static ones.
  fileprivate func route(_ ends: Link.Ends, isAdded: Bool) async throws {
    if let network = ends["network"]?.string {
      return try await setGateway(isAdded ? network : nil, of: ends.text("router"))
    }
    guard let hop = ends["nexthop"] else { return }
    let routes: Value = [["destination": ends["destination"] ?? .null, "nexthop": hop]]
    try await changeRoutes(
      isAdded ? "add_extraroutes" : "remove_extraroutes",
      ["router": ends["router"] ?? .null, "routes": routes])
  }
}
