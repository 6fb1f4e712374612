import Document
import OrderedCollections

extension EmbeddedCloud {
  /// The fields that a request gives, if it may.
  func given(_ collection: NetworkCollection, _ call: Call, isNew: Bool) throws(Refusal) -> Fields {
    let given = try call.fields(collection.singular)
    if let unknown = given.keys.first(where: { !collection.fields.contains($0) }) {
      throw Refusal(400, "Unrecognized attribute(s) '\(unknown)'", type: "HTTPBadRequest")
    }
    if !isNew, let fixed = given.keys.first(where: collection.fixed.contains) {
      throw Refusal(400, "Cannot update read-only attribute \(fixed)", type: "HTTPBadRequest")
    }
    return given.filter { !["tenant_id", "project_id"].contains($0.key) }
  }

  /// Keeps a changed thing, with the time and number of the change.
  func revise(_ changed: Fields, _ collection: NetworkCollection) -> Fields {
    let revised = changed.with([
      "updated_at": .string(clock),
      "revision_number": .integer(Int64(changed.integer("revision_number") + 1)),
    ])
    let settled = collection.settled(revised)
    put(collection.table, settled)
    return settled
  }

  func answer(_ thing: Fields, _ collection: NetworkCollection, _ call: Call) -> Answer {
    Answer(200, [collection.singular: .map(chosen(shown(thing, collection), call))])
  }

  func list(_ collection: NetworkCollection, _ call: Call) throws(Refusal) -> Answer {
    let found = visible(collection.table, call).filter { matches(shown($0, collection), call.asked) }
    return try call.list(collection.plural, found) {
      chosen(shown($0, collection), call)
    }
  }

  /// The fields that the query's `fields` name.
  private func chosen(_ thing: Fields, _ call: Call) -> Fields {
    let names = call.asked.values("fields").flatMap { $0.split(separator: ",").map(String.init) }
    return names.isEmpty ? thing : thing.only(Set(names))
  }

  /// Whether a thing has what a query's filters want; what isn't a field filters nothing.
  private func matches(_ thing: Fields, _ asked: Asked) -> Bool {
    let reserved: Set = ["limit", "marker", "fields", "sort_key", "sort_dir", "page_reverse"]
    let wanted = Dictionary(grouping: asked.query.filter { !reserved.contains($0.name) }, by: \.name)
    return wanted.allSatisfy { name, pairs in
      switch name {
      case "tags":
        let tags = pairs.flatMap { $0.value.split(separator: ",") }
        return tags.allSatisfy { thing["tags"]?.list?.contains(.string(String($0))) ?? false }
      case "fixed_ips": return pairs.allSatisfy { hasAddress(thing, $0.value) }
      default:
        guard let value = thing[name] else { return true }
        return pairs.contains { Self.isEqual(value, $0.value) }
      }
    }
  }

  private static func isEqual(_ value: Value, _ text: String) -> Bool {
    switch value {
    case .list(let items): items.contains { $0.scalarText == text }
    case .null: text.isEmpty
    case .bool(let truth): truth == ["true", "1"].contains(text.lowercased())
    default: value.scalarText == text
    }
  }

  /// Whether a port has what `ip_address=…` or `subnet_id=…` want.
  private func hasAddress(_ port: Fields, _ filter: String) -> Bool {
    let parts = filter.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return true }
    return (port["fixed_ips"]?.list ?? []).contains { $0[String(parts[0])]?.string == String(parts[1]) }
  }

  // MARK: - What is shown

  /// A thing as clients see it, with what follows from other things.
  func shown(_ thing: Fields, _ collection: NetworkCollection, isNew: Bool = false) -> Fields {
    var shown = thing.shown
    switch collection.table {
    case .networks:
      let own = all(.subnets).filter { $0["network_id"] == thing["id"] }
      shown["subnets"] = .list(own.compactMap { $0["id"] })
      if isNew { shown["is_default"] = false }
    case .groups:
      let rules = all(.rules).filter { $0["security_group_id"] == thing["id"] }
      shown["security_group_rules"] = .list(rules.map { .map(inGroup($0)) })
    case .rules: shown["tags"] = nil
    case .ports: shown["trunk_details"] = trunkDetails(of: thing)
    case .floatingIPs: shown["port_details"] = portDetails(thing["port_id"]?.string)
    default: break
    }
    return shown
  }

  /// A rule as its group shows it.
  private func inGroup(_ rule: Fields) -> Fields {
    rule.shown.with(["standard_attr_id": rule["_number"] ?? 0, "tags": []])
  }

  private func portDetails(_ id: String?) -> Value {
    guard let port = id.flatMap({ thing(.ports, $0) }) else { return .null }
    return .map(
      port.only([
        "name", "network_id", "mac_address", "admin_state_up", "status", "device_id", "device_owner",
      ]))
  }

  // MARK: - Extensions and quotas

  private static let extensions = [
    ("address-scope", "Address scope"), ("allowed-address-pairs", "Allowed Address Pairs"),
    ("binding", "Port Binding"), ("default-subnetpools", "Default Subnetpools"),
    ("ext-gw-mode", "Neutron L3 Configurable external gateway mode"),
    ("external-net", "Neutron external network"), ("extra_dhcp_opt", "Neutron Extra DHCP options"),
    ("extraroute", "Neutron Extra Route"), ("floating-ip-port-forwarding", "Floating IP Port Forwarding"),
    ("net-mtu", "Network MTU"), ("pagination", "Pagination support"), ("port-security", "Port Security"),
    ("project-id", "project_id field enabled"), ("provider", "Provider Network"),
    ("qos", "Quality of Service"),
    ("qos-bw-limit-direction", "Direction for QoS bandwidth limit rule"),
    ("qos-default", "QoS default policy"),
    ("quota_details", "Quota details management support"), ("quotas", "Quota management support"),
    ("rbac-policies", "RBAC Policies"), ("router", "Neutron L3 Router"),
    ("router-admin-state-down-before-update", "Enforce Router's Admin State Down Before Update Extension"),
    ("security-group", "security-group"), ("sorting", "Sorting support"),
    ("standard-attr-description", "standard-attr-description"),
    ("standard-attr-revisions", "Resource revision numbers"),
    ("standard-attr-tag", "Tag support for resources with standard attribute"),
    ("standard-attr-timestamp", "Resource timestamps"), ("subnet_allocation", "Subnet Allocation"),
    ("trunk", "Trunk Extension"), ("trunk-details", "Trunk port details"),
  ]

  func listExtensions(_ call: Call) -> Answer {
    let extensions = Self.extensions.map { alias, name -> Value in
      [
        "name": .string(name), "alias": .string(alias), "description": .string(name),
        // Neutron's own list has this slip.
        "updated": alias == "qos-default" ? "2017-041-06T10:00:00-00:00" : "2017-01-01T00:00:00-00:00",
        "links": [],
      ]
    }
    return Answer(200, ["extensions": .list(extensions)])
  }

  private func networkLimits(_ project: String) -> [(name: String, table: Table?, limit: Int)] {
    [
      ("network", .networks, quotas(project).networks), ("subnet", .subnets, quotas(project).subnets),
      ("subnetpool", nil, -1),
      ("port", .ports, quotas(project).ports), ("router", .routers, quotas(project).routers),
      ("floatingip", .floatingIPs, quotas(project).floatingIPs), ("rbac_policy", nil, 10),
      ("security_group", .groups, quotas(project).securityGroups),
      ("security_group_rule", .rules, quotas(project).securityGroupRules), ("trunk", nil, -1),
    ]
  }

  func showNetworkQuota(_ call: Call) -> Answer {
    let pairs = networkLimits(call["project"]).map { ($0.name, Value.integer(Int64($0.limit))) }
    return Answer(200, ["quota": .map(Fields(uniqueKeysWithValues: pairs))])
  }

  func setNetworkQuota(_ call: Call) throws(Refusal) -> Answer {
    let refused = Refusal(403, "rule:update_quota is disallowed by policy", type: "PolicyNotAuthorized")
    guard call.isAdmin else { throw refused }
    let unknown = setQuotas(call["project"], try call.fields("quota"), Quotas.networkNames)
    guard unknown.isEmpty else {
      throw Refusal(
        400, "Unrecognized attribute(s) '\(unknown.joined(separator: ", "))'", type: "HTTPBadRequest")
    }
    return showNetworkQuota(call)
  }

  func resetNetworkQuota(_ call: Call) throws(Refusal) -> Answer {
    guard call.isAdmin else {
      throw Refusal(403, "rule:delete_quota is disallowed by policy", type: "PolicyNotAuthorized")
    }
    resetQuotas(call["project"], Quotas.networkNames)
    return Answer(204)
  }

  func detailNetworkQuota(_ call: Call) -> Answer {
    let pairs = networkLimits(call["project"]).map { name, table, limit -> (String, Value) in
      let used = table.map { count($0, call["project"]) } ?? 0
      return (name, ["limit": .integer(Int64(limit)), "used": .integer(Int64(used)), "reserved": 0])
    }
    return Answer(200, ["quota": .map(Fields(uniqueKeysWithValues: pairs))])
  }
}
