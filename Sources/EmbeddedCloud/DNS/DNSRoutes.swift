import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Designate's paths (DNS API v2).
  static let dnsRoutes = RouteTable([
    Route(.get, "/", isOpen: true) { cloud, call in
      Answer(
        200,
        ["versions": [cloud.dnsVersion("v2", "SUPPORTED", call), cloud.dnsVersion("v2.0", "CURRENT", call)]])
    },
    Route(.get, "/v2/zones") { cloud, call in
      try cloud.listNames("zones", cloud.visible(.zones, call), filters: ["ttl", "email", "serial"], call)
    },
    Route(.post, "/v2/zones") { try $0.createZone($1) },
    Route(.get, "/v2/zones/{id}") { cloud, call in
      Answer(200, .map(cloud.shownName(try cloud.zone(call), call)))
    },
    Route(.patch, "/v2/zones/{id}") { try $0.changeZone($1) },
    Route(.delete, "/v2/zones/{id}") { try $0.deleteZone($1) },
    Route(.get, "/v2/zones/{id}/nameservers") { cloud, call in
      _ = try cloud.zone(call)
      return Answer(200, ["nameservers": [["priority": 1, "hostname": .string(nameServer)]]])
    },
    Route(.get, "/v2/zones/{id}/recordsets") { cloud, call in
      let zone = try cloud.zone(call)
      let sets = cloud.all(.recordSets).filter { $0["zone_id"] == zone["id"] }
      return try cloud.listNames("recordsets", sets, filters: recordFilters, call)
    },
    Route(.post, "/v2/zones/{id}/recordsets") { try $0.createRecordSet($1) },
    Route(.get, "/v2/zones/{id}/recordsets/{set}") { cloud, call in
      Answer(200, .map(cloud.shownName(try cloud.recordSet(call), call)))
    },
    Route(.put, "/v2/zones/{id}/recordsets/{set}") { try $0.changeRecordSet($1) },
    Route(.delete, "/v2/zones/{id}/recordsets/{set}") { try $0.deleteRecordSet($1) },
    Route(.get, "/v2/recordsets") { cloud, call in
      try cloud.listNames("recordsets", cloud.visible(.recordSets, call), filters: recordFilters, call)
    },
    Route(.get, "/v2/reverse/floatingips") { cloud, call in
      Answer(200, ["floatingips": [], "links": ["self": .string(call.url)]])
    },
    Route(.get, "/v2/tlds") { _, call in
      guard call.isAdmin else { throw Refusal(403, "", type: "forbidden") }
      return Answer(200, ["tlds": [], "links": ["self": .string(call.url)], "metadata": ["total_count": 0]])
    },
    Route(.get, "/v2/limits") { _, _ in
      Answer(
        200,
        [
          "max_zones": .integer(Int64(zoneQuota)), "max_zone_recordsets": 500, "max_zone_records": 500,
          "max_recordset_records": 20, "min_ttl": nil, "max_zone_name_length": 255,
          "max_recordset_name_length": 255, "max_page_limit": 1000,
        ])
    },
    Route(.get, "/v2/quotas/{project}") { _, _ in
      Answer(
        200,
        [
          "zones": .integer(Int64(zoneQuota)), "zone_recordsets": 500, "zone_records": 500,
          "recordset_records": 20, "api_export_size": 1000,
        ])
    },
  ])

  static let nameServer = "ns1.cloud.embedded."
  /// How many zones a project may have.
  static let zoneQuota = 10
  private static let recordFilters = ["ttl", "type", "data", "zone_id"]

  private func dnsVersion(_ id: String, _ status: String, _ call: Call) -> Value {
    [
      "id": .string(id), "status": .string(status), "updated": "2022-06-29T00:00:00Z",
      "links": [
        ["href": .string(call.base + "/dns/v2"), "rel": "self"],
        ["href": "https://docs.openstack.org/api-ref/dns", "rel": "help"],
      ],
    ]
  }

  /// A page of zones or record sets; `*` in a filter is any characters.
  private func listNames(
    _ name: String, _ all: [Fields], filters: [String], _ call: Call
  ) throws(Refusal) -> Answer {
    let known = filters + ["name", "status", "description", "type"]
    let others = ["limit", "marker", "sort_key", "sort_dir"]
    var found = all
    for (filter, wanted) in call.asked.query where !others.contains(filter) {
      guard known.contains(filter) else {
        throw Refusal(400, "Invalid filters \(filter)", type: "bad_request")
      }
      found = found.filter { thing in
        if filter == "data" { return (thing["records"]?.list ?? []).contains { $0.string == wanted } }
        let text = thing.text(filter)
        return wanted.contains("*") ? text.matches(wanted) : text == wanted
      }
    }
    let (items, next) = try call.page(found) { _ in Refusal(400, "", type: "invalid_marker") }
    let query = call.asked.query.map {
      "\(percentEncoded($0.name, keeping: ":/,"))=\(percentEncoded($0.value, keeping: ":/,"))"
    }
    var links: Fields = [
      "self": .string(call.url + (query.isEmpty ? "" : "?" + query.joined(separator: "&")))
    ]
    if let next { links["next"] = .string(next) }
    return Answer(
      200,
      [
        name: .list(items.map { .map(shownName($0, call)) }), "links": .map(links),
        "metadata": ["total_count": .integer(Int64(found.count))],
      ])
  }

  /// A zone or a record set as Designate shows it.
  func shownName(_ thing: Fields, _ call: Call) -> Fields {
    thing.shown.with(["links": ["self": .string(selfURL(thing, call))]])
  }

  func selfURL(_ thing: Fields, _ call: Call) -> String {
    let zone = thing.textIfAny("zone_id") ?? thing.text("id")
    let base = "\(call.base)/dns/v2/zones/\(zone)"
    return thing["zone_id"] == nil ? base : "\(base)/recordsets/\(thing.text("id"))"
  }
}
