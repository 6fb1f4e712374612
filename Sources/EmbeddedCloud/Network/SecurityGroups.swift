import Document
import OrderedCollections

extension EmbeddedCloud {
  func makeGroup(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let name = given.text("name")
    guard name != "default" else {
      throw Refusal(
        409, "Default security group already exists.", type: "SecurityGroupDefaultAlreadyExists")
    }
    try checkQuota(.groups, quotas(call.project).securityGroups, "security_group", call)
    let draft = SecurityGroupDraft(ambient, project: call.project)
    for rule in draft.defaultRules(within: false) { put(.rules, rule) }
    return draft.group(name: name, description: given.text("description"))
  }

  func removeGroup(_ group: Fields, _ call: Call) throws(Refusal) {
    let id = group.text("id")
    guard group.text("name") != "default" || call.isAdmin else {
      throw Refusal(
        409, "Insufficient rights for removing default security group.",
        type: "SecurityGroupCannotRemoveDefault")
    }
    let isUsed = all(.ports).contains { $0["security_groups"]?.list?.contains(.string(id)) ?? false }
    guard !isUsed else {
      throw Refusal(409, "Security Group \(id) in use.", type: "SecurityGroupInUse")
    }
    for rule in all(.rules) where rule.text("security_group_id") == id { remove(.rules, rule.text("id")) }
  }

  // MARK: - Rules

  func makeRule(_ given: Fields, _ call: Call) throws(Refusal) -> Fields {
    let group = try find(.groups, given.text("security_group_id"), call)
    var given = given.filter { !$0.value.isNull }
    for name in ["port_range_min", "port_range_max"] {
      if let number = given[name]?.scalarText.flatMap({ Int64($0) }) { given[name] = .integer(number) }
    }
    if let number = given["protocol"]?.scalarText { given["protocol"] = .string(number.lowercased()) }
    try checkPorts(given)
    if let remote = given["remote_group_id"]?.string { _ = try find(.groups, remote, call) }
    if let prefix = given["remote_ip_prefix"]?.string {
      given["normalized_cidr"] = .string(IPv4Range(prefix)?.text ?? prefix)
    }
    let draft = NetworkDraft(ambient, project: group.text("_project"))
    let rule = SecurityGroupDraft.rule(draft, given.with(["description": given["description"] ?? ""]))
    try refuseTwin(rule)
    try checkQuota(.rules, quotas(call.project).securityGroupRules, "security_group_rule", call)
    return rule
  }

  private func checkPorts(_ given: Fields) throws(Refusal) {
    guard let first = given["port_range_min"]?.integer, let last = given["port_range_max"]?.integer else {
      return
    }
    guard given["protocol"] != nil else {
      throw Refusal(
        400, "Must also specify protocol if port range is given.",
        type: "SecurityGroupProtocolRequiredWithPorts")
    }
    guard first <= last || !["tcp", "udp", "6", "17"].contains(given.text("protocol")) else {
      throw Refusal(
        400, "For TCP/UDP protocols, port_range_min must be <= port_range_max",
        type: "SecurityGroupInvalidPortRange")
    }
  }

  private func refuseTwin(_ rule: Fields) throws(Refusal) {
    let identity = [
      "security_group_id", "direction", "ethertype", "protocol", "port_range_min", "port_range_max",
      "normalized_cidr", "remote_group_id",
    ]
    let twin = all(.rules).first { other in identity.allSatisfy { other[$0] == rule[$0] } }
    guard let twin else { return }
    throw Refusal(
      409, "Security group rule already exists. Rule id is \(twin.text("id")).",
      type: "SecurityGroupRuleExists")
  }

  /// Whether a port's security groups let in what comes from an address to a TCP port.
  ///
  /// Without a source, it comes from another member of the port's own groups.
  func letsIn(_ port: Fields, tcp number: Int, from source: UInt32?) -> Bool {
    let groups = (port["security_groups"]?.list ?? []).compactMap(\.string)
    guard port["port_security_enabled"] != false else { return true }
    return all(.rules).contains { rule in
      guard groups.contains(rule.text("security_group_id")), rule.text("direction") == "ingress",
        ["", "tcp", "6", "any"].contains(rule.text("protocol")), rule.text("ethertype") == "IPv4"
      else { return false }
      if let first = rule["port_range_min"]?.integer, let last = rule["port_range_max"]?.integer,
        !(first...max(first, last)).contains(Int64(number))
      {
        return false
      }
      if let remote = rule["remote_group_id"]?.string { return source == nil && groups.contains(remote) }
      guard let prefix = rule["remote_ip_prefix"]?.string, let source else { return true }
      return IPv4Range(prefix)?.contains(source) ?? false
    }
  }
}
