import Document
import OpenStack
import OrderedCollections

/// What a rule of a security group says, without its identity: so that rules can be compared.
struct RuleDraft: Hashable {
  var direction: SecurityGroupRule.Direction
  var `protocol`: String?
  var firstPort: Int?
  var lastPort: Int?
  var remotePrefix: String?
  var remoteGroupID: String?
  var etherType = "IPv4"

  /// Reads a rule of a template.
  ///
  /// - Throws: `bad_property` for a port that is no number.
  init(_ entry: Value, _ direction: SecurityGroupRule.Direction) throws {
    self.direction = direction
    let name = entry["IpProtocol"]?.scalarText?.lowercased()
    // -1 is EC2's word for any.
    `protocol` = name == "-1" ? nil : name
    if `protocol` != nil {
      firstPort = try Self.port(entry["FromPort"])
      lastPort = try Self.port(entry["ToPort"]) ?? (name == "icmp" ? nil : firstPort)
    }
    let prefix = entry["CidrIp"]?.scalarText
    remotePrefix = prefix == "0.0.0.0/0" ? nil : prefix
    remoteGroupID = entry["SourceSecurityGroupId"]?.scalarText
  }

  /// Reads a rule of Heat's.
  ///
  /// - Throws: `bad_property` for a port that is no number.
  init(heat entry: Value) throws {
    direction = entry["direction"]?.scalarText == "egress" ? .egress : .ingress
    etherType = entry["ethertype"]?.scalarText ?? "IPv4"
    let name = entry["protocol"]?.scalarText?.lowercased() ?? ""
    `protocol` = ["", "any", "-1"].contains(name) ? nil : name
    firstPort = try Self.port(entry["port_range_min"])
    lastPort = try Self.port(entry["port_range_max"])
    let prefix = entry["remote_ip_prefix"]?.scalarText ?? ""
    remotePrefix = ["", "0.0.0.0/0", "::/0"].contains(prefix) ? nil : prefix
  }

  init(_ rule: SecurityGroupRule) {
    direction = rule.direction
    `protocol` = rule.protocol
    firstPort = rule.firstPort
    lastPort = rule.lastPort
    remotePrefix = ["0.0.0.0/0", "::/0"].contains(rule.remotePrefix ?? "") ? nil : rule.remotePrefix
    remoteGroupID = rule.remoteGroupID
    etherType = rule.etherType
  }

  /// The rule as EC2's templates write it.
  var entry: Value {
    var fields: OrderedDictionary<String, Value> = ["IpProtocol": .string(`protocol` ?? "-1")]
    if let firstPort { fields["FromPort"] = .integer(Int64(firstPort)) }
    if let lastPort { fields["ToPort"] = .integer(Int64(lastPort)) }
    if let remoteGroupID {
      fields["SourceSecurityGroupId"] = .string(remoteGroupID)
    } else {
      fields["CidrIp"] = .string(remotePrefix ?? "0.0.0.0/0")
    }
    return .map(fields)
  }

  /// The rule as Heat's templates write it.
  var heatEntry: Value {
    var fields: OrderedDictionary<String, Value> = ["direction": .string(direction.rawValue)]
    if etherType != "IPv4" { fields["ethertype"] = .string(etherType) }
    if let name = `protocol` { fields["protocol"] = .string(name) }
    if let firstPort { fields["port_range_min"] = .integer(Int64(firstPort)) }
    if let lastPort { fields["port_range_max"] = .integer(Int64(lastPort)) }
    if let remotePrefix { fields["remote_ip_prefix"] = .string(remotePrefix) }
    if let remoteGroupID { fields["remote_group_id"] = .string(remoteGroupID) }
    return .map(fields)
  }

  func new(in group: String) -> NewSecurityGroupRule {
    NewSecurityGroupRule(
      groupID: group, direction: direction, etherType: etherType, protocol: `protocol`, firstPort: firstPort,
      lastPort: lastPort, remotePrefix: remotePrefix, remoteGroupID: remoteGroupID)
  }

  private static func port(_ value: Value?) throws -> Int? {
    guard let text = value?.scalarText, !text.isEmpty else { return nil }
    guard let port = Int(text), (-1...65_535).contains(port) else {
      throw ResourceError(.badProperty, "\(text) is no port", hint: "use 0 to 65535, or -1 for any")
    }
    return port < 0 ? nil : port
  }
}
