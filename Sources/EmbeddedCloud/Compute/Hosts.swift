import Ambience
import Document
import HTTP
import OrderedCollections

// What Nova runs on, which administrators see: its services, its one hypervisor, and aggregates of hosts.

extension EmbeddedCloud {
  static let hostName = "kiln"
  private static let hypervisorID = "3f1d6a5e-0d5b-4b3e-9a51-6a1c0d9e2b11"

  static let hostRoutes: [Route] = [
    Route(.get, "/v2.1/os-availability-zone/detail") { try $0.detailZones($1) },
    Route(.get, "/v2.1/os-services") { try $0.listComputeServices($1) },
    Route(.put, "/v2.1/os-services/{id}") { try $0.changeComputeService($1) },
    Route(.get, "/v2.1/os-hypervisors") { try $0.listHypervisors($1, isDetailed: false) },
    Route(.get, "/v2.1/os-hypervisors/detail") { try $0.listHypervisors($1, isDetailed: true) },
    Route(.get, "/v2.1/os-hypervisors/statistics") { try $0.hypervisorStatistics($1) },
    Route(.get, "/v2.1/os-hypervisors/{id}") { try $0.showHypervisor($1) },
    Route(.get, "/v2.1/os-aggregates") { try $0.listAggregates($1) },
    Route(.post, "/v2.1/os-aggregates") { try $0.createAggregate($1) },
    Route(.get, "/v2.1/os-aggregates/{id}") { try $0.showAggregate($1) },
    Route(.put, "/v2.1/os-aggregates/{id}") { try $0.updateAggregate($1) },
    Route(.delete, "/v2.1/os-aggregates/{id}") { try $0.deleteAggregate($1) },
    Route(.post, "/v2.1/os-aggregates/{id}/action") { try $0.actOnAggregate($1) },
    Route(.get, "/v2.1/os-migrations") { cloud, call in
      try cloud.administer(call, "os_compute_api:os-migrations:index")
      return Answer(200, ["migrations": []])
    },
    Route(.get, "/v2.1/os-simple-tenant-usage/{project}") { try $0.showUse($1) },
  ]

  private func detailZones(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-availability-zone:detail")
    func zone(_ name: String, _ services: [String]) -> Value {
      let states = services.map { binary -> (String, Value) in
        (binary, ["available": true, "active": true, "updated_at": .string(fineClock)])
      }
      let hosts: Value = [Self.hostName: .map(Fields(uniqueKeysWithValues: states))]
      return ["zoneName": .string(name), "zoneState": ["available": true], "hosts": hosts]
    }
    let zones = [zone("internal", ["nova-conductor", "nova-scheduler"]), zone("nova", ["nova-compute"])]
    return Answer(200, ["availabilityZoneInfo": .list(zones)])
  }

  // MARK: - Services

  private static let computeServices = [
    ("nova-conductor", "internal", "0b6ad6cc-6f9b-4d2f-8d3b-4e4f7a0c1d01"),
    ("nova-scheduler", "internal", "0b6ad6cc-6f9b-4d2f-8d3b-4e4f7a0c1d02"),
    ("nova-compute", "nova", "0b6ad6cc-6f9b-4d2f-8d3b-4e4f7a0c1d03"),
  ]

  private func computeService(_ index: Int, _ call: Call) -> Fields {
    let (binary, zone, id) = Self.computeServices[index]
    let reason = disabledServices[id]
    var shown: Fields = [
      "id": call.has(53) ? .string(id) : .integer(Int64(index + 1)), "binary": .string(binary),
      "host": .string(Self.hostName), "zone": .string(zone), "status": reason == nil ? "enabled" : "disabled",
      "state": "up", "updated_at": .string(fineClock),
      "disabled_reason": reason.flatMap { $0 }.map(Value.string) ?? .null,
    ]
    if call.has(11) { shown["forced_down"] = false }
    return shown
  }

  private func listComputeServices(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-services:list")
    let all = Self.computeServices.indices.map { computeService($0, call) }.filter { service in
      ["binary", "host"].allSatisfy { name in call.asked.value(name).map { $0 == service.text(name) } ?? true
      }
    }
    return Answer(200, ["services": .list(all.map { .map($0) })])
  }

  private func changeComputeService(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-services:update")
    guard let index = Self.computeServices.firstIndex(where: { $0.2 == call["id"] }) else {
      throw .notFound("Service \(call["id"]) could not be found.")
    }
    let given = try call.json()
    switch given["status"]?.string {
    case "disabled": disabledServices[call["id"]] = .some(given["disabled_reason"]?.string)
    case "enabled": disabledServices[call["id"]] = nil
    default: break
    }
    return Answer(200, ["service": .map(computeService(index, call))])
  }

  // MARK: - Hypervisors

  private func hypervisor(_ call: Call, isDetailed: Bool) -> Fields {
    var shown: Fields = [
      "id": call.has(53) ? .string(Self.hypervisorID) : 1, "hypervisor_hostname": .string(Self.hostName),
      "state": "up", "status": "enabled",
    ]
    guard isDetailed else { return shown }
    let running = servers.values.filter { $0.state.machine != .deleted }
    shown.merge([
      "host_ip": "127.0.0.1", "hypervisor_type": "fake", "hypervisor_version": 1000,
      "service": [
        "id": call.has(53) ? .string(Self.computeServices[2].2) : 3, "host": .string(Self.hostName),
        "disabled_reason": nil,
      ],
    ]) { $1 }
    if call.has(88) {
      shown["uptime"] = .some(.null)
    } else {
      shown["running_vms"] = .integer(Int64(running.count))
      shown["vcpus"] = 400
      shown["vcpus_used"] = .integer(running.reduce(0) { $0 + Int64($1.flavor.integer("vcpus")) })
      shown["memory_mb"] = 819_200
      shown["memory_mb_used"] = .integer(running.reduce(0) { $0 + Int64($1.flavor.integer("ram")) })
    }
    return shown
  }

  private func listHypervisors(_ call: Call, isDetailed: Bool) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-hypervisors:\(isDetailed ? "list-detail" : "list")")
    return Answer(200, ["hypervisors": [.map(hypervisor(call, isDetailed: isDetailed))]])
  }

  private func showHypervisor(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-hypervisors:show")
    guard [Self.hypervisorID, "1"].contains(call["id"]) else {
      throw .notFound("Hypervisor with ID '\(call["id"])' could not be found.")
    }
    return Answer(200, ["hypervisor": .map(hypervisor(call, isDetailed: true))])
  }

  private func hypervisorStatistics(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-hypervisors:statistics")
    let all = hypervisor(call, isDetailed: true).only([
      "running_vms", "vcpus", "vcpus_used", "memory_mb", "memory_mb_used",
    ])
    return Answer(200, ["hypervisor_statistics": .map(all.with(["count": 1]))])
  }

  // MARK: - Aggregates

  private func shown(_ aggregate: Fields, _ call: Call) -> Value {
    var shown = aggregate.shown
    shown["id"] = .integer(Int64(aggregate.text("id")) ?? 0)
    if call.has(41) { shown["uuid"] = aggregate["_uuid"] }
    return .map(shown)
  }

  private func aggregate(_ call: Call) throws(Refusal) -> Fields { try find(.aggregates, call["id"], call) }

  private func listAggregates(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:index")
    return Answer(200, ["aggregates": .list(all(.aggregates).map { shown($0, call) })])
  }

  private func createAggregate(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:create")
    let given = try call.fields("aggregate")
    let name = given.text("name")
    guard !all(.aggregates).contains(where: { $0.text("name") == name }) else {
      throw .conflict("Aggregate \(name) already exists.")
    }
    aggregateCount += 1
    let zone = given["availability_zone"] ?? .null
    let made: Fields = [
      "id": .string(String(aggregateCount)), "name": .string(name), "availability_zone": zone,
      "created_at": .string(fineClock), "updated_at": nil, "deleted": false, "deleted_at": nil, "hosts": [],
      "metadata": zone.isNull ? [:] : ["availability_zone": zone], "_uuid": .string(ambient.uuid()),
    ]
    put(.aggregates, made)
    // What a new one can't have yet isn't shown of it.
    var answer = shown(made, call).map ?? [:]
    answer["hosts"] = nil
    answer["metadata"] = nil
    return Answer(200, ["aggregate": .map(answer)])
  }

  private func showAggregate(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:show")
    return Answer(200, ["aggregate": shown(try aggregate(call), call)])
  }

  private func updateAggregate(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:update")
    let given = try call.fields("aggregate").only(["name", "availability_zone"])
    let changed = try aggregate(call).with(given).with(["updated_at": .string(fineClock)])
    put(.aggregates, changed)
    return Answer(200, ["aggregate": shown(changed, call)])
  }

  private func deleteAggregate(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:delete")
    let aggregate = try aggregate(call)
    guard aggregate["hosts"]?.list?.isEmpty ?? true else {
      throw .badRequest(
        "Cannot remove host from aggregate \(call["id"]). Reason: Host aggregate is not empty.")
    }
    remove(.aggregates, aggregate.text("id"))
    return Answer(200, headers: ["Content-Type": "application/json"])
  }

  private func actOnAggregate(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "os_compute_api:os-aggregates:add_host")
    var aggregate = try aggregate(call)
    let body = try call.json()
    var hosts = aggregate["hosts"]?.list ?? []
    if let host = body["add_host"]?["host"] {
      guard host.string == Self.hostName else {
        throw .notFound("Compute host \(host.string ?? "") could not be found.")
      }
      guard !hosts.contains(host) else {
        throw .conflict("Aggregate \(call["id"]) already has host \(Self.hostName).")
      }
      hosts.append(host)
    } else if let host = body["remove_host"]?["host"] {
      guard hosts.contains(host) else {
        throw .notFound("Cannot remove host \(host.string ?? "") in aggregate \(call["id"])")
      }
      hosts.removeAll { $0 == host }
    } else if let given = body["set_metadata"]?["metadata"]?.map {
      let metadata = (aggregate["metadata"]?.map ?? [:]).with(given).filter { !$0.value.isNull }
      aggregate["metadata"] = .map(metadata)
      aggregate["updated_at"] = .string(fineClock)
    } else {
      throw .badRequest("There is no such action: \(body.map?.keys.first ?? "")")
    }
    aggregate["hosts"] = .list(hosts)
    put(.aggregates, aggregate)
    return Answer(200, ["aggregate": shown(aggregate, call)])
  }

  // MARK: - Use

  private func showUse(_ call: Call) throws(Refusal) -> Answer {
    guard call.isAdmin || call["project"] == call.project else {
      throw Refusal(403, "Policy doesn't allow os_compute_api:os-simple-tenant-usage:show to be performed.")
    }
    let own = servers.values.filter { $0.project == call["project"] && $0.launched != nil }
    let uses = own.map { server -> Value in
      let seconds = max(0, now.milliseconds - server.created.milliseconds) / 1000
      return [
        "hours": .number(Double(seconds) / 3600), "uptime": .integer(seconds), "ended_at": nil,
        "flavor": server.flavor["name"] ?? "", "instance_id": .string(server.id),
        "name": .string(server.name),
        "local_gb": server.flavor["disk"] ?? 0, "memory_mb": server.flavor["ram"] ?? 0,
        "vcpus": server.flavor["vcpus"] ?? 0,
        "started_at": .string(Self.fine(server.launched ?? server.created)),
        "state": .string(server.state.machine.rawValue), "tenant_id": .string(server.project),
      ]
    }
    func total(_ field: String) -> Value {
      .number(
        uses.reduce(0) { $0 + ($1["hours"]?.number ?? 0) * (field.isEmpty ? 1 : $1[field]?.number ?? 0) })
    }
    return Answer(
      200,
      [
        "tenant_usage": [
          "tenant_id": .string(call["project"]), "server_usages": .list(uses), "start": .string(fineClock),
          "stop": .string(fineClock), "total_hours": total(""), "total_local_gb_usage": total("local_gb"),
          "total_memory_mb_usage": total("memory_mb"), "total_vcpus_usage": total("vcpus"),
        ]
      ])
  }
}
