import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  func listZones(_ call: Call) -> Answer {
    Answer(
      200,
      ["availabilityZoneInfo": [["zoneName": "nova", "zoneState": ["available": true], "hosts": nil]]])
  }

  /// The limits by the names that quotas have, with what a project uses.
  ///
  /// The limits are the project's unless others are given.
  private func usage(
    _ project: String, _ limits: Quotas? = nil
  ) -> [(name: String, limit: Int, used: Int)] {
    let limits = limits ?? quotas(project)
    let own = servers.values.filter { $0.project == project && $0.state.machine != .deleted }
    return [
      ("cores", limits.cores, own.reduce(0) { $0 + $1.flavor.integer("vcpus") }),
      ("fixed_ips", -1, 0),
      ("floating_ips", -1, 0), ("injected_file_content_bytes", 10_240, 0),
      ("injected_file_path_bytes", 255, 0), ("injected_files", 5, 0),
      ("instances", limits.servers, own.count), ("key_pairs", limits.keyPairs, 0),
      ("metadata_items", 128, 0),
      ("ram", limits.memory, own.reduce(0) { $0 + $1.flavor.integer("ram") }),
      ("security_group_rules", -1, 0), ("security_groups", -1, 0), ("server_group_members", 10, 0),
      ("server_groups", limits.serverGroups, count(.serverGroups, project)),
    ]
  }

  func showComputeLimits(_ call: Call) -> Answer {
    let usage = Dictionary(uniqueKeysWithValues: usage(call.project).map { ($0.name, $0) })
    func limit(_ name: String) -> Value { .integer(Int64(usage[name]?.limit ?? -1)) }
    func used(_ name: String) -> Value { .integer(Int64(usage[name]?.used ?? 0)) }
    var absolute: Fields = [
      "maxTotalInstances": limit("instances"), "maxTotalCores": limit("cores"),
      "maxTotalRAMSize": limit("ram"), "maxServerMeta": 128, "maxTotalKeypairs": limit("key_pairs"),
      "maxServerGroups": limit("server_groups"), "maxServerGroupMembers": 10, "totalRAMUsed": used("ram"),
      "totalCoresUsed": used("cores"), "totalInstancesUsed": used("instances"),
      "totalServerGroupsUsed": used("server_groups"),
    ]
    // Nova's own network went with 2.36, files for servers with 2.57, and data about images with 2.39.
    if !call.has(36) {
      absolute.merge([
        "maxTotalFloatingIps": -1, "maxSecurityGroups": -1, "maxSecurityGroupRules": -1,
        "totalFloatingIpsUsed": 0, "totalSecurityGroupsUsed": 0,
      ]) { $1 }
    }
    if !call.has(39) { absolute["maxImageMeta"] = 128 }
    if !call.has(57) {
      absolute["maxPersonality"] = 5
      absolute["maxPersonalitySize"] = 10_240
    }
    return Answer(200, ["limits": ["rate": [], "absolute": .map(absolute)]])
  }

  func showComputeQuota(_ call: Call) -> Answer {
    quotaSet(call) { .integer(Int64($0.limit)) }
  }

  func detailComputeQuota(_ call: Call) -> Answer {
    quotaSet(call) {
      ["limit": .integer(Int64($0.limit)), "in_use": .integer(Int64($0.used)), "reserved": 0]
    }
  }

  func showComputeDefaults(_ call: Call) -> Answer {
    quotaSet(call, quotas) { .integer(Int64($0.limit)) }
  }

  func setComputeQuota(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-quota-sets:update")
    let given = try call.fields("quota_set").filter { $0.key != "force" && $0.key != "tenant_id" }
    let known = Set(usage(call["project"]).map(\.name))
    if let unknown = given.keys.first(where: { !known.contains($0) }) {
      throw .badRequest(
        "Invalid input for field/attribute quota_set. Value: \(Value.map(given).pythonText). Additional properties "
          + "are not allowed ('\(unknown)' was unexpected)")
    }
    _ = setQuotas(call["project"], given, Quotas.computeNames)
    let pairs = usage(call["project"]).map { ($0.name, Value.integer(Int64($0.limit))) }
    return Answer(200, ["quota_set": .map(Fields(uniqueKeysWithValues: pairs))])
  }

  func resetComputeQuota(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-quota-sets:delete")
    resetQuotas(call["project"], Quotas.computeNames)
    return Answer(202, headers: ["Content-Type": "application/json"])
  }

  private func quotaSet(
    _ call: Call, _ limits: Quotas? = nil, _ show: ((name: String, limit: Int, used: Int)) -> Value
  ) -> Answer {
    var set: Fields = ["id": .string(call["project"])]
    for entry in usage(call["project"], limits) { set[entry.name] = show(entry) }
    return Answer(200, ["quota_set": .map(set)])
  }
}
