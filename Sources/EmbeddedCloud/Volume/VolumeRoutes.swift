import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Cinder's paths (Block Storage API v3).
  static let volumeRoutes = RouteTable(
    [
      Route(.get, "/", isOpen: true) { $0.volumeVersions($1) },
      Route(.get, "/v3", isOpen: false) { $0.volumeVersions($1) },
      Route(.get, "/v3/{project}/types") { $0.listVolumeTypes($1) },
      Route(.get, "/v3/{project}/types/{id}") { try $0.showVolumeType($1) },
      Route(.post, "/v3/{project}/types") { try $0.createVolumeType($1) },
      Route(.put, "/v3/{project}/types/{id}") { try $0.updateVolumeType($1) },
      Route(.delete, "/v3/{project}/types/{id}") { try $0.deleteVolumeType($1) },
      Route(.get, "/v3/{project}/types/{id}/extra_specs") { cloud, call in
        Answer(200, ["extra_specs": try cloud.find(.volumeTypes, call["id"], call)["extra_specs"] ?? [:]])
      },
      Route(.post, "/v3/{project}/types/{id}/extra_specs") { try $0.addExtraSpecs($1) },
      Route(.delete, "/v3/{project}/types/{id}/extra_specs/{key}") { try $0.deleteExtraSpec($1) },
      Route(.post, "/v3/{project}/types/{id}/action") { cloud, call in
        try cloud.administerTypes(call)
        return Answer(202)
      },
      Route(.get, "/v3/{project}/types/{id}/encryption") { cloud, call in
        Answer(200, cloud.encryption(of: try cloud.find(.volumeTypes, call["id"], call)))
      },
      Route(.post, "/v3/{project}/types/{id}/encryption") { try $0.encryptVolumeType($1) },
      Route(.get, "/v3/{project}/types/{id}/encryption/{encryption}") { cloud, call in
        Answer(200, cloud.encryption(of: try cloud.find(.volumeTypes, call["id"], call)))
      },
      Route(.put, "/v3/{project}/types/{id}/encryption/{encryption}") { try $0.encryptVolumeType($1) },
      Route(.delete, "/v3/{project}/types/{id}/encryption/{encryption}") { cloud, call in
        try cloud.administerTypes(call, "volume_type_encryption:delete")
        cloud.set(.volumeTypes, call["id"], ["_encryption": .null])
        return .html(202)
      },
      Route(.get, "/v3/{project}/os-quota-sets/{id}/defaults") { $0.showVolumeDefaults($1) },
      Route(.get, "/v3/{project}/os-services") { try $0.listVolumeServices($1) },
      Route(.get, "/v3/{project}/scheduler-stats/get_pools") { try $0.listPools($1) },
      Route(.get, "/v3/{project}/limits") { $0.showVolumeLimits($1) },
      Route(.get, "/v3/{project}/os-quota-sets/{id}") { $0.showVolumeQuota($1) },
      Route(.put, "/v3/{project}/os-quota-sets/{id}") { try $0.setVolumeQuota($1) },
      Route(.delete, "/v3/{project}/os-quota-sets/{id}") { try $0.resetVolumeQuota($1) },
      Route(.get, "/v3/{project}/os-availability-zone") { $0.listVolumeZones($1) },
      Route(.get, "/v3/{project}/backups") { $0.listBackups($1) },
      Route(.get, "/v3/{project}/backups/detail") { $0.listBackups($1) },
    ],
    [
      Route(.get, "/v3/{project}/volumes") { try $0.listVolumes($1, isDetailed: false) },
      Route(.get, "/v3/{project}/volumes/detail") { try $0.listVolumes($1, isDetailed: true) },
      Route(.post, "/v3/{project}/volumes") { try $0.createVolume($1) },
      Route(.get, "/v3/{project}/volumes/summary") { $0.summarizeVolumes($1) },
      Route(.get, "/v3/{project}/volumes/{id}") { try $0.showVolume($1) },
      Route(.put, "/v3/{project}/volumes/{id}") { try $0.updateVolume($1) },
      Route(.delete, "/v3/{project}/volumes/{id}") { try $0.deleteVolume($1) },
      Route(.post, "/v3/{project}/volumes/{id}/action") { try $0.actOnVolume($1) },
      Route(.get, "/v3/{project}/volumes/{id}/metadata") { try $0.showVolumeMetadata($1) },
      Route(.post, "/v3/{project}/volumes/{id}/metadata") { try $0.addVolumeMetadata($1) },
      Route(.put, "/v3/{project}/volumes/{id}/metadata") { try $0.replaceVolumeMetadata($1) },
      Route(.delete, "/v3/{project}/volumes/{id}/metadata/{key}") { try $0.deleteVolumeMetadata($1) },
    ],
    [
      Route(.get, "/v3/{project}/snapshots") { try $0.listSnapshots($1, isDetailed: false) },
      Route(.get, "/v3/{project}/snapshots/detail") { try $0.listSnapshots($1, isDetailed: true) },
      Route(.post, "/v3/{project}/snapshots") { try $0.createSnapshot($1) },
      Route(.get, "/v3/{project}/snapshots/{id}") { try $0.showSnapshot($1) },
      Route(.put, "/v3/{project}/snapshots/{id}") { try $0.updateSnapshot($1) },
      Route(.delete, "/v3/{project}/snapshots/{id}") { try $0.deleteSnapshot($1) },
      Route(.get, "/v3/{project}/snapshots/{id}/metadata") { cloud, call in
        Answer(200, ["metadata": try cloud.find(.snapshots, call["id"], call)["metadata"] ?? [:]])
      },
      Route(.post, "/v3/{project}/snapshots/{id}/metadata") { cloud, call in
        let old = try cloud.find(.snapshots, call["id"], call)["metadata"]?.map ?? [:]
        let metadata = old.with(try call.fields("metadata"))
        cloud.set(.snapshots, call["id"], ["metadata": .map(metadata)])
        return Answer(200, ["metadata": .map(metadata)])
      },
    ], transferRoutes)

  // MARK: - Types, zones, limits

  func listVolumeTypes(_ call: Call) -> Answer {
    Answer(200, ["volume_types": .list(all(.volumeTypes).map { .map($0.shown) })])
  }

  func showVolumeType(_ call: Call) throws(Refusal) -> Answer {
    let id = call["id"] == "default" ? all(.volumeTypes).first?.text("id") ?? "" : call["id"]
    return Answer(200, ["volume_type": .map(try find(.volumeTypes, id, call).shown)])
  }

  func listVolumeZones(_ call: Call) -> Answer {
    Answer(200, ["availabilityZoneInfo": [["zoneName": "nova", "zoneState": ["available": true]]]])
  }

  func listBackups(_ call: Call) -> Answer { Answer(200, ["backups": []]) }

  /// The gigabytes of a project's volumes and snapshots.
  func volumeSize(_ project: String) -> Int {
    (all(.volumes) + all(.snapshots)).filter { $0.text("_project") == project }
      .reduce(0) { $0 + $1.integer("size") }
  }

  func showVolumeLimits(_ call: Call) -> Answer {
    func number(_ value: Int) -> Value { .integer(Int64(value)) }
    return Answer(
      200,
      [
        "limits": [
          "rate": [],
          "absolute": [
            "maxTotalVolumes": number(quotas(call.project).volumes),
            "maxTotalSnapshots": number(quotas(call.project).snapshots),
            "maxTotalVolumeGigabytes": number(quotas(call.project).volumeSize), "maxTotalBackups": 10,
            "maxTotalBackupGigabytes": 1000, "totalVolumesUsed": number(count(.volumes, call.project)),
            "totalGigabytesUsed": number(volumeSize(call.project)),
            "totalSnapshotsUsed": number(count(.snapshots, call.project)), "totalBackupsUsed": 0,
            "totalBackupGigabytesUsed": 0,
          ],
        ]
      ])
  }

  func showVolumeDefaults(_ call: Call) -> Answer {
    let set = volumeQuota(call["id"], quotas, showsUsage: false).with(["id": .string(call["id"])])
    return Answer(200, ["quota_set": .map(set)])
  }

  func setVolumeQuota(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "volume_extension:quotas:update")
    _ = setQuotas(call["id"], try call.fields("quota_set"), Quotas.volumeNames)
    return Answer(200, ["quota_set": .map(volumeQuota(call["id"], showsUsage: false))])
  }

  func resetVolumeQuota(_ call: Call) throws(Refusal) -> Answer {
    try administer(call, "volume_extension:quotas:delete")
    resetQuotas(call["id"], Quotas.volumeNames)
    return Answer(200, headers: ["Content-Type": "text/html; charset=UTF-8"])
  }

  func showVolumeQuota(_ call: Call) -> Answer {
    let isUsage = call.asked.value("usage")?.lowercased() == "true"
    let set = volumeQuota(call["id"], showsUsage: isUsage).with(["id": .string(call["id"])])
    return Answer(200, ["quota_set": .map(set)])
  }

  private func volumeQuota(_ project: String, _ limits: Quotas? = nil, showsUsage: Bool) -> Fields {
    let limits = limits ?? quotas(project)
    let perType = ["volumes", "gigabytes", "snapshots"].flatMap { name in
      ["files", "__DEFAULT__"].map { ("\(name)_\($0)", -1, 0) }
    }
    let usage = [
      ("volumes", limits.volumes, count(.volumes, project)), ("per_volume_gigabytes", -1, 0),
      ("snapshots", limits.snapshots, count(.snapshots, project)),
      ("gigabytes", limits.volumeSize, volumeSize(project)), ("backups", 10, 0),
      ("backup_gigabytes", 1000, 0), ("groups", 10, 0),
    ]
    var set: Fields = [:]
    for (name, limit, used) in usage + perType {
      let limit = Value.integer(Int64(limit))
      set[name] = showsUsage ? ["limit": limit, "in_use": .integer(Int64(used)), "reserved": 0] : limit
    }
    return set
  }
}
