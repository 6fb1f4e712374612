import Document
import OpenStack
import OrderedCollections
import StackEngine

extension NovaServer {
  private func entries(_ properties: Properties?) -> [Value] { properties?["networks"]?.list ?? [] }

  private func portName(_ call: ResourceCall, _ number: Int) -> String { "\(call.physicalName)-\(number)" }

  /// The ports that the networks' entries need made for them, nil where Nova can make them.
  func makePorts(_ call: ResourceCall) async throws -> [String?] {
    var ports: [String?] = []
    for (number, entry) in entries(call.properties).enumerated() {
      ports.append(try await needsPort(entry) ? makePort(entry, number, call) : nil)
    }
    return ports
  }

  private func needsPort(_ entry: Value) -> Bool {
    if entry["port"]?.scalarText != nil { return false }
    let extra = entry["port_extra_properties"]?.map ?? [:]
    return entry["subnet"]?.scalarText != nil || entry["floating_ip"]?.scalarText != nil || !extra.isEmpty
  }

  private func makePort(_ entry: Value, _ number: Int, _ call: ResourceCall) async throws -> String {
    let name = portName(call, number)
    let ports = context.cloud.network.ports
    var fields = (entry["port_extra_properties"]?.map ?? [:]).filter { !$0.value.isNull }
    fields.merge(fields.removeValue(forKey: "value_specs")?.map ?? [:]) { $1 }
    fields["name"] = .string(name)
    fields["description"] = .string(call.description)
    let address = try await context.fixedAddresses([
      .map(
        OrderedDictionary(
          uniqueKeysWithValues: [("subnet", entry["subnet"]), ("ip_address", entry["fixed_ip"])].compactMap {
            key, value in value.map { (key, $0) }
          }))
    ])
    if address.list?.isEmpty == false { fields["fixed_ips"] = address }
    if let network = (entry["network"] ?? entry["uuid"])?.scalarText, !network.isEmpty {
      fields["network_id"] = .string(try await context.names.id(of: Network.kind, named: network))
    } else if let subnet = address.list?.first?["subnet_id"]?.string {
      fields["network_id"] = .string(try await context.cloud.network.subnets.get(subnet).networkID)
    }
    let groups = call.texts("security_groups")
    if !groups.isEmpty {
      var ids: [Value] = []
      for group in groups {
        ids.append(.string(try await context.names.id(of: SecurityGroup.kind, named: group)))
      }
      fields["security_groups"] = .list(ids)
    }
    return try await call.stepID("port \(number)", find: { try await ports.list(["name": name]).first?.id }) {
      try await ports.create(fields: .map(fields)).id
    }
  }

  /// The ports that were made for a server whose creation was cut off.
  func ownPorts(_ call: ResourceCall) async throws -> [String] {
    var found: [String] = []
    for (number, entry) in entries(call.properties).enumerated() where needsPort(entry) {
      found += try await context.cloud.network.ports.list(["name": portName(call, number)]).map(\.id)
    }
    return found
  }

  /// What Nova is told of the server's networks.
  func networks(_ call: ResourceCall, _ ports: [String?]) async throws -> Value {
    let entries = entries(call.properties)
    if entries.isEmpty { return [["uuid": .string(try await context.defaultNetwork())]] }
    if let word = entries[0]["allocate_network"]?.scalarText, ["auto", "none"].contains(word) {
      return .string(word)
    }
    var networks: [Value] = []
    for (entry, made) in zip(entries, ports) {
      var fields: OrderedDictionary<String, Value> = [:]
      if let port = made ?? entry["port"]?.scalarText {
        fields["port"] = .string(try await context.names.id(of: Port.kind, named: port))
      } else {
        let name = (entry["network"] ?? entry["uuid"])?.scalarText
        guard let name, !name.isEmpty else {
          throw ResourceError(
            .badProperty, "a network of \(call.logicalID) says neither network, port nor subnet")
        }
        fields["uuid"] = .string(try await context.names.id(of: Network.kind, named: name))
        if let address = entry["fixed_ip"], !address.isNull { fields["fixed_ip"] = address }
      }
      if let tag = entry["tag"], !tag.isNull { fields["tag"] = tag }
      networks.append(.map(fields))
    }
    return .list(networks)
  }

  /// Makes the floating IPs that the entries name lead to their ports.
  func forwardAddresses(_ call: ResourceCall, to id: String) async throws {
    for (number, entry) in entries(call.properties).enumerated() {
      guard let name = entry["floating_ip"]?.scalarText, !name.isEmpty else { continue }
      let address = try await context.addressID(name)
      let port: String
      if needsPort(entry) {
        let found = try await context.cloud.network.ports.list(["name": portName(call, number)]).first
        port = try found?.id ?? call.required("networks")
      } else {
        port = try await context.firstPort(of: id)
      }
      try await context.untilAllowed {
        _ = try await context.cloud.network.floatingIPs.associate(address, portID: port)
      }
    }
  }

  /// Unplugs all that is plugged and isn't wanted, and deletes the ports that kiln made for it.
  ///
  /// - Returns: The entries of what is plugged as it is wanted, and the ports of kiln's that are left.
  private func unplug(
    _ id: String, _ plugged: [ServerInterface], _ ownPorts: [String], _ wanted: [Value], _ call: ResourceCall
  ) async throws -> (kept: [Value], own: [String]) {
    var spare = plugged
    var kept: [Value] = []
    for entry in wanted where !needsPort(entry) {
      let name = (entry["port"] ?? entry["network"] ?? entry["uuid"])?.scalarText ?? ""
      let isPort = entry["port"]?.scalarText != nil
      let end = try await context.names.id(of: isPort ? Port.kind : Network.kind, named: name)
      guard let index = spare.firstIndex(where: { isPort ? $0.portID == end : $0.networkID == end }) else {
        continue
      }
      spare.remove(at: index)
      kept.append(entry)
    }
    // What this update has made before a crash is wanted.
    let made = Set(
      try await call.journal.entries().compactMap { step -> String? in
        guard step.key.hasPrefix("port "), case .done(let id) = step.record else { return nil }
        return id.string
      })
    let servers = context.cloud.compute.servers
    for interface in spare where !made.contains(interface.portID) {
      try await context.untilAllowed { try await servers.detachPort(interface.portID, from: id) }
    }
    for port in Set(try await allOwnPorts(call) + ownPorts).subtracting(made).sorted() {
      _ = try await context.untilAllowed { try await context.cloud.network.ports.deleteIfPresent(port) }
    }
    return (kept, [])
  }

  private func attach(_ port: String, to id: String) async throws {
    let servers = context.cloud.compute.servers
    var isFirst = true
    try await context.untilAllowed {
      // An answer may have been lost.
      if !isFirst, try await servers.interfaces(of: id).contains(where: { $0.portID == port }) { return }
      isFirst = false
      try await servers.attachPort(port, to: id)
    }
  }

  /// All ports that kiln made for a server, by their names.
  private func allOwnPorts(_ call: ResourceCall) async throws -> [String] {
    try await context.cloud.network.ports.list(["description": call.description]).filter {
      $0.name.hasPrefix("\(call.physicalName)-")
    }.map(\.id)
  }

  /// Unplugs and plugs so that the server is on the networks that it is to be on now.
  ///
  /// - Returns: The ports that kiln made for it and that are still there.
  func plug(_ id: String, _ ownPorts: [String], _ call: ResourceCall) async throws -> [String] {
    let wanted = entries(call.properties)
    let servers = context.cloud.compute.servers
    var own = ownPorts
    var plugged = try await servers.interfaces(of: id)
    var before = entries(call.previous)
    if call.previous?["networks"] == nil {
      // It isn't known what an update that didn't end has plugged: what isn't wanted goes.
      (before, own) = try await unplug(id, plugged, own, wanted, call)
      plugged = try await servers.interfaces(of: id)
    }
    for entry in before where !wanted.contains(entry) {
      let name = (entry["port"] ?? entry["network"] ?? entry["uuid"])?.scalarText ?? ""
      let kind = entry["port"] == nil ? Network.kind : Port.kind
      let end = try await context.names.id(of: kind, named: name)
      guard let found = plugged.first(where: { $0.portID == end || $0.networkID == end }) else { continue }
      try await context.untilAllowed { try await servers.detachPort(found.portID, from: id) }
      if let index = own.firstIndex(of: found.portID) {
        own.remove(at: index)
        _ = try await context.cloud.network.ports.deleteIfPresent(found.portID)
      }
    }
    for (number, entry) in wanted.enumerated() where !before.contains(entry) {
      if needsPort(entry) {
        let port = try await makePort(entry, number, call)
        own.append(port)
        if plugged.contains(where: { $0.portID == port }) { continue }
        try await attach(port, to: id)
      } else if let port = entry["port"]?.scalarText {
        let portID = try await context.names.id(of: Port.kind, named: port)
        if plugged.contains(where: { $0.portID == portID }) { continue }
        try await attach(portID, to: id)
      } else if let network = (entry["network"] ?? entry["uuid"])?.scalarText {
        let networkID = try await context.names.id(of: Network.kind, named: network)
        try await context.untilAllowed { try await servers.attachNetwork(networkID, to: id) }
      }
    }
    try await context.serverReady(id, within: .seconds(600))
    return own
  }
}
