package import Document

/// An outside address that is forwarded to a port's fixed address.
package struct FloatingIP: TaggedResource {
  package static let kind: ResourceKind = ResourceKind(
    .network, "/floatingips", singular: "floatingip", plural: "floatingips", label: "floating IP",
    word: "floating_ip", summary: "An outside address that is forwarded to a port.",
    columns: ["address=floating_ip_address", "status", "fixed=fixed_ip_address", "port=port_id", "id"],
    nameField: "floating_ip_address",
    life: Life(settled: ["ACTIVE", "DOWN"]),
    fields: [
      .named("network", Network.kind, "The outside network that it comes from.", as: "floating_network_id"),
      .named("port", Port.kind, "The port that it leads to.", as: "port_id").optional,
    ],
    actions: [
      .custom(
        "associate", "Forwards it to a port.",
        [
          .named("port", Port.kind, "The port."),
          .text("fixed_address", "Which of the port's addresses; the first if not given.").optional,
        ], answer: .thing { FloatingIP.kind }
      ) { target, arguments in
        let fields = Value.object(given: [
          ("port_id", arguments["port"]), ("fixed_ip_address", arguments["fixed_address"]),
        ])
        return try await target.send("PUT", body: ["floatingip": fields]).value()
      },
      .custom("disassociate", "Forwards it to nothing.", answer: .thing { FloatingIP.kind }) { target, _ in
        try await target.send("PUT", body: ["floatingip": ["port_id": nil]]).value()
      },
    ] + Networking.tagActions, children: [.portForwarding])

  package let id: String
  package let address: String
  package let status: String
  package let externalNetworkID: String
  package let portID: String?
  package let fixedAddress: String?
  package let tags: [String]
  package let raw: Value

  /// Its address, as people speak of it.
  package var name: String { address }

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string, let address = raw["floating_ip_address"]?.string else { return nil }
    self.id = id
    self.address = address
    self.raw = raw
    status = raw["status"]?.string ?? "UNKNOWN"
    externalNetworkID = raw["floating_network_id"]?.string ?? ""
    portID = raw["port_id"]?.string
    fixedAddress = raw["fixed_ip_address"]?.string
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewFloatingIP: NewResource {
  package typealias Resource = FloatingIP

  package var externalNetworkID: String
  package var portID: String?
  package var description: String?

  package init(externalNetworkID: String, portID: String? = nil, description: String? = nil) {
    self.externalNetworkID = externalNetworkID
    self.portID = portID
    self.description = description
  }

  package var body: Value {
    .object(given: [
      ("floating_network_id", .string(externalNetworkID)), ("port_id", Value(portID)),
      ("description", Value(description)),
    ])
  }
}

extension Calls where Resource == FloatingIP {
  /// Forwards it to a port, or with nil to none.
  @discardableResult
  package func associate(_ id: String, portID: String?, fixedAddress: String? = nil) async throws
    -> FloatingIP
  {
    let fields: [(String, Value?)] = [
      ("port_id", Value(portID) ?? .null),
      ("fixed_ip_address", portID == nil ? Value?.none : Value(fixedAddress)),
    ]
    return try await update(id, .object(given: fields))
  }

  package func find(address: String) async throws -> FloatingIP? {
    try await list(["floating_ip_address": address]).first
  }
}
