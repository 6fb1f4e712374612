import Ambience
import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  static let forwardingRoutes: [Route] = {
    let list = "/v2.0/floatingips/{floating}/port_forwardings"
    return [
      Route(.get, list) { cloud, call in
        let own = cloud.forwardings(of: try cloud.find(.floatingIPs, call["floating"], call))
        return Answer(200, ["port_forwardings": .list(own.map { .map($0) })])
      },
      Route(.post, list) { try $0.forward($1) },
      Route(.get, list + "/{id}") { cloud, call in
        Answer(200, ["port_forwarding": .map(try cloud.forwarding(call).1)])
      },
      Route(.put, list + "/{id}") { try $0.changeForwarding($1) },
      Route(.delete, list + "/{id}") { cloud, call in
        let (floating, gone) = try cloud.forwarding(call)
        let rest = cloud.forwardings(of: floating).filter { $0["id"] != gone["id"] }
        cloud.keepForwardings(rest, of: floating)
        return Answer(204)
      },
    ]
  }()

  private func forwardings(of floating: Fields) -> [Fields] {
    (floating["_forwardings"]?.list ?? []).compactMap(\.map)
  }

  private func keepForwardings(_ forwardings: [Fields], of floating: Fields) {
    let shown = forwardings.map { forwarding -> Value in
      .map(
        forwarding.only([
          "protocol", "internal_ip_address", "internal_port", "external_port", "internal_port_range",
          "external_port_range",
        ]))
    }
    set(
      .floatingIPs, floating.text("id"),
      ["_forwardings": .list(forwardings.map { .map($0) }), "port_forwardings": .list(shown)])
  }

  private func forwarding(_ call: Call) throws(Refusal) -> (floating: Fields, Fields) {
    let floating = try find(.floatingIPs, call["floating"], call)
    guard let found = forwardings(of: floating).first(where: { $0.text("id") == call["id"] }) else {
      throw Refusal(404, "Port Forwarding \(call["id"]) could not be found.", type: "PortForwardingNotFound")
    }
    return (floating, found)
  }

  private func forward(_ call: Call) throws(Refusal) -> Answer {
    let floating = try owned(
      .floatingIPs, call["floating"], call, action: "create_floatingip_port_forwarding")
    let given = try call.fields("port_forwarding")
    _ = try find(.ports, given.text("internal_port_id"), call)
    let others = forwardings(of: floating)
    let outside = given.text("external_port")
    let isTaken = others.contains { other in
      other.text("external_port") == outside && other["protocol"] == given["protocol"]
    }
    guard !isTaken else {
      throw Refusal(
        400,
        "Bad port_forwarding request: There is a port collision with the external_port_range. The following ranges "
          + "collides: \(outside):\(outside) and \(outside):\(outside).", type: "BadRequest")
    }
    let fixed: Fields = ["id": .string(ambient.uuid()), "description": given["description"] ?? ""]
    let made = ranged(given.with(fixed))
    keepForwardings(others + [made], of: floating)
    return Answer(201, ["port_forwarding": .map(made)])
  }

  private func changeForwarding(_ call: Call) throws(Refusal) -> Answer {
    let (floating, old) = try forwarding(call)
    let changed = ranged(old.with(try call.fields("port_forwarding")))
    keepForwardings(forwardings(of: floating).map { $0["id"] == old["id"] ? changed : $0 }, of: floating)
    return Answer(200, ["port_forwarding": .map(changed)])
  }

  /// A forwarding with its two ports as the ranges that they are.
  private func ranged(_ forwarding: Fields) -> Fields {
    func range(_ name: String) -> Value { .string("\(forwarding.text(name)):\(forwarding.text(name))") }
    return forwarding.with([
      "internal_port_range": range("internal_port"), "external_port_range": range("external_port"),
    ])
  }

  // MARK: - Agents and zones

  static let agentRoutes: [Route] = [
    Route(.get, "/v2.0/agents") { cloud, call in
      // Others see none, and no refusal either.
      let agents = call.isAdmin ? cloud.agents : []
      let names = Set(call.asked.values("fields"))
      return Answer(200, ["agents": .list(agents.map { .map(names.isEmpty ? $0 : $0.only(names)) })])
    },
    Route(.get, "/v2.0/agents/{id}") { cloud, call in
      guard call.isAdmin, let agent = cloud.agents.first(where: { $0.text("id") == call["id"] }) else {
        throw Refusal(404, "Agent \(call["id"]) could not be found.", type: "AgentNotFound")
      }
      return Answer(200, ["agent": .map(agent)])
    },
    Route(.get, "/v2.0/availability_zones") { _, _ in
      let zones = ["router", "network"].map {
        ["name": "nova", "resource": .string($0), "state": "available"] as Value
      }
      return Answer(200, ["availability_zones": .list(zones)])
    },
  ]

  private var agents: [Fields] {
    let kinds = [
      ("Linux bridge agent", "neutron-linuxbridge-agent", "a1"), ("DHCP agent", "neutron-dhcp-agent", "a2"),
      ("L3 agent", "neutron-l3-agent", "a3"),
    ]
    return kinds.map { type, binary, digits in
      [
        "id": .string("7d0a9c3e-5f1b-4c2d-8e6f-0000000000\(digits)"), "agent_type": .string(type),
        "binary": .string(binary), "host": .string(Self.hostName), "topic": "N/A", "admin_state_up": true,
        "alive": true, "availability_zone": binary.contains("bridge") ? nil : "nova",
        "created_at": .string(clock), "started_at": .string(clock), "heartbeat_timestamp": .string(clock),
        "description": nil, "configurations": [:], "resources_synced": nil, "resource_versions": [:],
      ]
    }
  }
}
