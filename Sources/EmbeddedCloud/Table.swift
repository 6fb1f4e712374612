import Document
import OrderedCollections

/// A kind of things that are kept as the JSON that their APIs show.
///
/// Members whose names begin with `_` are the cloud's own and never shown: `_project` is whose it is, `_shared`
/// whether others see it too.
enum Table: String, Sendable, CaseIterable {
  case flavors, images, keyPairs, serverGroups
  case networks, subnets, ports, routers, floatingIPs, groups, rules
  case volumes, snapshots, volumeTypes, transfers
  case ec2Credentials, applicationCredentials
  case secrets
  case balancers, listeners, pools, members, monitors, policies, l7Rules
  case zones, recordSets
  case users, projects, identityGroups, roles, domains, regions, services, endpoints
  case trunks, subnetPools, addressScopes, qualityPolicies, rbacPolicies, aggregates

  /// What is answered when there is no such thing.
  func missing(_ id: String) -> Refusal {
    switch self {
    case .flavors: .notFound("Flavor \(id) could not be found.")
    case .images: .notFound("No image found with ID \(id)")
    case .keyPairs: .notFound("Keypair \(id) not found for user")
    case .serverGroups: .notFound("Instance group \(id) could not be found.")
    case .networks: Refusal(404, "Network \(id) could not be found.", type: "NetworkNotFound")
    case .subnets: Refusal(404, "Subnet \(id) could not be found.", type: "SubnetNotFound")
    case .ports: Refusal(404, "Port \(id) could not be found.", type: "PortNotFound")
    case .routers: Refusal(404, "Router \(id) could not be found", type: "RouterNotFound")
    case .floatingIPs: Refusal(404, "Floating IP \(id) could not be found", type: "FloatingIPNotFound")
    case .groups: Refusal(404, "Security group \(id) does not exist", type: "SecurityGroupNotFound")
    case .rules: Refusal(404, "Security group rule \(id) does not exist", type: "SecurityGroupRuleNotFound")
    case .volumes: .notFound("Volume \(id) could not be found.")
    case .snapshots: .notFound("Snapshot \(id) could not be found.")
    case .transfers: .notFound("Transfer \(id) could not be found.")
    case .volumeTypes: .notFound("Volume type \(id) could not be found.")
    case .secrets: .notFound("Secret not found.")
    case .balancers: .notFound("Load Balancer \(id) not found.")
    case .listeners: .notFound("Listener \(id) not found.")
    case .pools: .notFound("Pool \(id) not found.")
    case .members: .notFound("Member \(id) not found.")
    case .monitors: .notFound("Health Monitor \(id) not found.")
    case .policies: .notFound("L7Policy \(id) not found.")
    case .l7Rules: .notFound("L7Rule \(id) not found.")
    case .zones: Refusal(404, "Could not find Zone", type: "zone_not_found")
    case .recordSets: Refusal(404, "Could not find RecordSet", type: "recordset_not_found")
    case .users: .notFound("Could not find user: \(id).")
    case .projects: .notFound("Could not find project: \(id).")
    case .identityGroups: .notFound("Could not find group: \(id).")
    case .roles: .notFound("Could not find role: \(id).")
    case .domains: .notFound("Could not find domain: \(id).")
    case .regions: .notFound("Could not find region: \(id).")
    case .services: .notFound("Could not find service: \(id).")
    case .endpoints: .notFound("Could not find endpoint: \(id).")
    case .trunks: Refusal(404, "Trunk \(id) could not be found.", type: "TrunkNotFound")
    case .subnetPools:
      Refusal(404, "Subnet pool \(id) could not be found.", type: "SubnetPoolNotFound")
    case .addressScopes:
      Refusal(404, "Address scope \(id) could not be found", type: "AddressScopeNotFound")
    case .qualityPolicies: Refusal(404, "QoS policy \(id) could not be found.", type: "QosPolicyNotFound")
    case .rbacPolicies:
      Refusal(404, "RBAC policy with id \(id) not found", type: "RbacPolicyNotFound")
    case .aggregates: .notFound("Aggregate \(id) could not be found.")
    case .ec2Credentials: .notFound("Could not find credential: \(id).")
    case .applicationCredentials: .notFound("Could not find Application Credential: \(id).")
    }
  }
}

extension EmbeddedCloud {
  /// All of a table, whoever's.
  func all(_ table: Table) -> [Fields] { tables[table].map { Array($0.values) } ?? [] }

  /// The thing of an id, whoever's.
  func thing(_ table: Table, _ id: String) -> Fields? { tables[table]?[id] }

  /// What the one who asks may see.
  func visible(_ table: Table, _ call: Call) -> [Fields] { all(table).filter { isVisible($0, call) } }

  /// The thing of an id, if the one who asks may see it.
  func find(_ table: Table, _ id: String, _ call: Call) throws(Refusal) -> Fields {
    guard let thing = tables[table]?[id], isVisible(thing, call) else { throw table.missing(id) }
    return thing
  }

  /// The thing of an id, if the one who asks may change it.
  func owned(_ table: Table, _ id: String, _ call: Call, action: String) throws(Refusal) -> Fields {
    let thing = try find(table, id, call)
    guard call.isAdmin || thing.text("_project") == call.project else {
      throw Refusal(403, "rule:\(action) is disallowed by policy")
    }
    return thing
  }

  /// Refuses those who aren't administrators as Nova and Cinder do, by the rule that forbids it.
  func administer(_ call: Call, _ rule: String) throws(Refusal) {
    guard call.isAdmin else { throw Refusal(403, "Policy doesn't allow \(rule) to be performed.") }
  }

  private func isVisible(_ thing: Fields, _ call: Call) -> Bool {
    call.isAdmin || thing.text("_project") == call.project || thing["_shared"] == true
      || isMember(call.project, of: thing)
  }

  /// Whether a thing is open to a project by name: an image that it is a member of, a flavor that it was given.
  private func isMember(_ project: String, of thing: Fields) -> Bool {
    thing["_members"]?.list?.contains { $0["member_id"]?.string == project } ?? false
  }

  /// How many of a table a project has.
  func count(_ table: Table, _ project: String) -> Int {
    all(table).count { $0.text("_project") == project }
  }

  func put(_ table: Table, _ thing: Fields) { tables[table, default: [:]][thing.text("id")] = thing }

  func remove(_ table: Table, _ id: String) { tables[table]?.removeValue(forKey: id) }

  /// Changes some fields of a thing that may be gone.
  func set(_ table: Table, _ id: String, _ fields: Fields) {
    guard let thing = tables[table]?[id] else { return }
    tables[table]?[id] = thing.with(fields)
  }
}

extension Fields {
  /// The thing as others see it.
  var shown: Fields { filter { !$0.key.hasPrefix("_") } }
}
