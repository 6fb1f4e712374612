import Ambience
import Document
import OrderedCollections

// What makes, changes and removes load balancers and their parts.
//
// Each knows its load balancer as `_balancer`, and a member, a monitor and a rule what it is a part of as `_owner`.
// While one of them is made, changed or removed, its load balancer takes no other request.

extension EmbeddedCloud {
  // MARK: - Creation

  func makeBalancing(_ kind: BalancerKind, _ call: Call) throws(Refusal) -> Fields {
    let owner = try balancingOwner(kind, call)
    let given = try given(kind, call, isNew: true)
    if kind.table == .balancers { return try makeBalancer(given, call) }
    let above = if let owner { owner } else { try referred(kind, given, call) }
    let balancer = above.textIfAny("_balancer") ?? above.text("id")
    try checkMutable(balancer)
    var made = kind.fields.with(given)
    made["_owner"] = owner?["id"] ?? made["pool_id"]
    made["_balancer"] = .string(balancer)
    try check(made, kind)
    complete(&made, kind)
    begin(&made, call, project: above.text("_project"))
    put(kind.table, made)
    if kind.table == .pools, let listener = given.textIfAny("listener_id") {
      set(.listeners, listener, ["default_pool_id": made["id"] ?? .null])
    }
    work(on: made, kind)
    return made
  }

  private func makeBalancer(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let places = ["vip_port_id", "vip_network_id", "vip_subnet_id"]
    guard places.contains(where: { given.textIfAny($0) != nil }) else {
      throw .badRequest(
        "Validation failure: VIP must contain one of: vip_port_id, vip_network_id, vip_subnet_id.")
    }
    var made = BalancerKind.balancers.fields.with(given)
    begin(&made, call, project: call.project)
    let port = try virtualPort(given, balancer: made.text("id"), call)
    let fixed = port["fixed_ips"]?.list?.first
    made["vip_port_id"] = port["id"]
    made["vip_network_id"] = port["network_id"]
    made["vip_subnet_id"] = fixed?["subnet_id"] ?? .null
    made["vip_address"] = fixed?["ip_address"] ?? .null
    put(.balancers, made)
    let id = made.text("id")
    later(.seconds(2)) { $0.settle(.balancers, id) }
    return made
  }

  /// The port that has a load balancer's address: its own, unless a request names one.
  private func virtualPort(_ given: Fields, balancer: String, _ call: Call) throws(Refusal) -> Fields {
    if let id = given.textIfAny("vip_port_id") {
      guard let port = thing(.ports, id) else { throw .badRequest("Port \(id) not found.") }
      return port
    }
    var wish: Fields = [:]
    var network = given.text("vip_network_id")
    if let id = given.textIfAny("vip_subnet_id") {
      guard let subnet = thing(.subnets, id) else { throw .badRequest("Subnet \(id) not found.") }
      network = subnet.text("network_id")
      wish["subnet_id"] = .string(id)
    }
    if let address = given.textIfAny("vip_address") { wish["ip_address"] = .string(address) }
    var asked: Fields = [
      "network_id": .string(network), "name": .string("octavia-lb-" + balancer), "admin_state_up": false,
      "device_id": .string("lb-" + balancer), "device_owner": "Octavia",
    ]
    if !wish.isEmpty { asked["fixed_ips"] = [.map(wish)] }
    let port = try makePort(asked, call)
    put(.ports, port)
    return port
  }

  /// What each new thing has.
  private func begin(_ made: inout Fields, _ call: Call, project: String) {
    made["id"] = .string(ambient.uuid())
    made["project_id"] = .string(project)
    made["tenant_id"] = .string(project)
    made["_project"] = .string(project)
    made["provisioning_status"] = "PENDING_CREATE"
    made["operating_status"] = "OFFLINE"
    made["created_at"] = .string(String(clock.dropLast()))
    made["updated_at"] = .null
  }

  /// What a kind adds to what was asked for.
  private func complete(_ made: inout Fields, _ kind: BalancerKind) {
    switch kind.table {
    case .pools:
      guard let persistence = made["session_persistence"]?.map else { return }
      let all: Fields = [
        "type": .null, "cookie_name": .null, "persistence_timeout": .null, "persistence_granularity": .null,
      ]
      made["session_persistence"] = .map(all.with(persistence))
    case .monitors where made.text("type").hasPrefix("HTTP"):
      let usual: Fields = ["http_method": "GET", "url_path": "/", "expected_codes": "200"]
      for (name, value) in usual where made[name]?.isNull ?? true { made[name] = value }
    case .policies:
      let others = all(.policies).count { $0["listener_id"] == made["listener_id"] }
      made["position"] = .integer(Int64(min(made["position"]?.integer.map { Int($0) } ?? .max, others + 1)))
    default: break
    }
  }

  // MARK: - Change

  func changeBalancing(_ kind: BalancerKind, _ call: Call) throws(Refusal) -> Fields {
    let old = try find(kind.table, call["id"], call)
    let given = try given(kind, call, isNew: false)
    if kind.table == .balancers {
      try checkSettled(old)
    } else {
      try checkMutable(old.text("_balancer"))
      for (name, table) in [("default_pool_id", Table.pools), ("redirect_pool_id", .pools)] {
        if let id = given.textIfAny(name) { _ = try find(table, id, call) }
      }
    }
    let changed = old.with(given).with(["provisioning_status": "PENDING_UPDATE"])
    put(kind.table, changed)
    work(on: changed, kind)
    return changed
  }

  // MARK: - Removal

  func removeBalancing(_ kind: BalancerKind, _ call: Call) throws(Refusal) {
    let old = try find(kind.table, call["id"], call)
    guard kind.table == .balancers else {
      try checkMutable(old.text("_balancer"))
      if kind.table == .pools,
        let policy = all(.policies).first(where: { $0["redirect_pool_id"] == old["id"] })
      {
        throw .conflict("Pool \(old.text("id")) is in use by L7 policy \(policy.text("id"))")
      }
      set(kind.table, old.text("id"), ["provisioning_status": "PENDING_DELETE"])
      return work(on: old, kind, removes: true)
    }
    let id = old.text("id")
    let parts: [Table] = [.listeners, .pools]
    if call.asked.value("cascade")?.lowercased() != "true",
      parts.contains(where: { all($0).contains { $0.text("_balancer") == id } })
    {
      throw .badRequest("Validation failure: Cannot delete Load Balancer \(id) - it has children")
    }
    try checkSettled(old)
    set(.balancers, id, ["provisioning_status": "PENDING_DELETE"])
    later(.seconds(1)) { cloud in
      for kind in BalancerKind.all {
        for part in cloud.all(kind.table) where part.text("_balancer") == id {
          cloud.remove(kind.table, part.text("id"))
        }
      }
      cloud.remove(.balancers, id)
      if cloud.thing(.ports, old.text("vip_port_id"))?.text("device_owner") == "Octavia" {
        cloud.remove(.ports, old.text("vip_port_id"))
      }
    }
  }

  /// What goes with a thing that is removed, and what forgets it.
  private func drop(_ kind: BalancerKind, _ id: String) {
    remove(kind.table, id)
    switch kind.table {
    case .listeners: dropAll(.policies, "listener_id", id, BalancerKind.policies)
    case .policies: dropAll(.l7Rules, "_owner", id, BalancerKind.rules)
    case .pools:
      dropAll(.members, "_owner", id, BalancerKind.members)
      dropAll(.monitors, "_owner", id, BalancerKind.monitors)
      for listener in all(.listeners) where listener.text("default_pool_id") == id {
        set(.listeners, listener.text("id"), ["default_pool_id": .null])
      }
    default: break
    }
  }

  private func dropAll(_ table: Table, _ field: String, _ id: String, _ kind: BalancerKind) {
    for part in all(table) where part.text(field) == id { drop(kind, part.text("id")) }
  }

  // MARK: - States

  /// Occupies the load balancer of a thing, and all between, until the thing is done.
  private func work(on thing: Fields, _ kind: BalancerKind, removes: Bool = false) {
    let id = thing.text("id")
    let above = above(thing, kind)
    for (table, id) in above { set(table, id, ["provisioning_status": "PENDING_UPDATE"]) }
    later(.milliseconds(300)) { cloud in
      if removes { cloud.drop(kind, id) } else { cloud.settle(kind.table, id) }
      for (table, id) in above { cloud.settle(table, id) }
    }
  }

  /// What is between a thing and its load balancer, and that itself.
  private func above(_ thing: Fields, _ kind: BalancerKind) -> [(table: Table, id: String)] {
    if kind.table == .balancers { return [] }
    var above: [(table: Table, id: String)] = [(.balancers, thing.text("_balancer"))]
    func addListeners(of pool: String) {
      for listener in all(.listeners) where listener.text("default_pool_id") == pool {
        above.append((.listeners, listener.text("id")))
      }
    }
    switch kind.table {
    case .members, .monitors:
      above.append((.pools, thing.text("_owner")))
      addListeners(of: thing.text("_owner"))
    case .pools: addListeners(of: thing.text("id"))
    case .policies: above.append((.listeners, thing.text("listener_id")))
    case .l7Rules:
      above.append((.policies, thing.text("_owner")))
      above.append((.listeners, self.thing(.policies, thing.text("_owner"))?.text("listener_id") ?? ""))
    default: break
    }
    return above
  }

  private func settle(_ table: Table, _ id: String) {
    set(
      table, id,
      [
        "provisioning_status": "ACTIVE", "operating_status": "ONLINE",
        "updated_at": .string(String(clock.dropLast())),
      ])
  }

  private func checkMutable(_ balancer: String) throws(Refusal) {
    guard thing(.balancers, balancer)?.text("provisioning_status") == "ACTIVE" else {
      throw .conflict("Load Balancer \(balancer) is immutable and cannot be updated.")
    }
  }

  private func checkSettled(_ balancer: Fields) throws(Refusal) {
    let status = balancer.text("provisioning_status")
    guard status == "ACTIVE" || status == "ERROR" else {
      throw .conflict("Invalid state \(status) of loadbalancer resource \(balancer.text("id"))")
    }
  }

  // MARK: - What is asked

  /// What a member or a rule is a part of, by the path.
  func balancingOwner(_ kind: BalancerKind, _ call: Call) throws(Refusal) -> Fields? {
    guard kind.path.contains("{}") else { return nil }
    let table: Table = kind.table == .members ? .pools : .policies
    let title = kind.table == .members ? "Pool" : "L7Policy"
    if let owner = thing(table, call["owner"]), call.isAdmin || owner.text("_project") == call.project {
      return owner
    }
    var refusal = Refusal(
      404,
      "The server could not comply with the request since it is either malformed or otherwise incorrect.",
      type: Refusal.badPath)
    refusal.detail = "\(title) \(call["owner"]) not found."
    throw refusal
  }

  /// What a new thing names that it belongs to.
  private func referred(_ kind: BalancerKind, _ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    switch kind.table {
    case .listeners:
      if let pool = given.textIfAny("default_pool_id") { _ = try find(.pools, pool, call) }
      return try find(.balancers, given.text("loadbalancer_id"), call)
    case .pools:
      if let id = given.textIfAny("loadbalancer_id") { return try find(.balancers, id, call) }
      guard let id = given.textIfAny("listener_id") else {
        throw .badRequest("Validation failure: Must provide at least one of: loadbalancer_id, listener_id")
      }
      return try find(.listeners, id, call)
    case .monitors: return try find(.pools, given.text("pool_id"), call)
    default: return try find(.listeners, given.text("listener_id"), call)
    }
  }

  private func given(_ kind: BalancerKind, _ call: Call, isNew: Bool) throws(Refusal) -> Fields {
    guard var given = try call.json()[kind.singular]?.map else {
      throw .badRequest("Missing argument: \"\(kind.argument.prefix { $0 != "." })\"")
    }
    for name in given.keys where kind.fields[name] == nil || (!isNew && kind.fixed.contains(name)) {
      if isNew, ["project_id", "tenant_id"].contains(name) { continue }
      throw .badRequest("Unknown attribute for argument \(kind.argument): \(name)")
    }
    for name in isNew ? kind.required : [] where given[name]?.isNull ?? true {
      throw .badRequest("Invalid input for field/attribute \(name). Value: 'None'. Mandatory field missing.")
    }
    for (name, value) in given { try check(value, name, kind) }
    given["project_id"] = nil
    given["tenant_id"] = nil
    return given
  }

  private func check(_ value: Value, _ name: String, _ kind: BalancerKind) throws(Refusal) {
    guard let text = value.scalarText else { return }
    func refuse(_ what: String) -> Refusal {
      .badRequest("Invalid input for field/attribute \(name). Value: '\(text)'. \(what)")
    }
    if let choices = BalancerKind.choices["\(kind.singular).\(name)"], !choices.contains(text) {
      throw refuse("Value should be one of: \(choices.joined(separator: ", "))")
    }
    if name == "protocol_port", let port = Int(text) {
      if port > 65535 { throw refuse("Value should be lower or equal to 65535") }
      if port < 1 { throw refuse("Value should be greater or equal to 1") }
    }
    if name.hasSuffix("_subnet_id") || name.hasSuffix("_network_id"), text.count != 36 {
      throw refuse("Value should be UUID format")
    }
  }

  /// Refuses what another has already.
  private func check(_ made: Fields, _ kind: BalancerKind) throws(Refusal) {
    func others(_ fields: String...) -> Bool {
      all(kind.table).contains { other in fields.allSatisfy { other[$0] == made[$0] } }
    }
    switch kind.table {
    case .listeners where others("_balancer", "protocol_port"):
      throw .conflict(
        "Another Listener on this Load Balancer is already using protocol \(made.text("protocol")) and "
          + "protocol_port \(made.text("protocol_port"))")
    case .members where others("_owner", "address", "protocol_port"):
      throw .conflict(
        "Another member on this pool is already using ip \(made.text("address")) on protocol_port "
          + made.text("protocol_port"))
    case .monitors where others("_owner"): throw .conflict("This pool already has a health monitor")
    default: break
    }
  }
}
