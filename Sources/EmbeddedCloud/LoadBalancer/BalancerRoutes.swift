import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Octavia's paths (Load Balancer API v2).
  static let loadBalancerRoutes = RouteTable(
    [
      Route(.get, "/", isOpen: true) { cloud, call in
        Answer(200, ["versions": .list(["v2.0", "v2.26"].map { cloud.balancerVersion($0, call) })])
      },
      Route(.get, "/v2/lbaas/providers") { _, _ in
        Answer(200, ["providers": [["name": "amphora", "description": "The Octavia Amphora driver."]]])
      },
      Route(.get, "/v2/lbaas/quotas/{project}") { _, _ in
        let kinds = ["load_balancer", "listener", "member", "pool", "health_monitor", "l7policy", "l7rule"]
        return Answer(200, ["quota": .map(Fields(uniqueKeysWithValues: kinds.map { ($0, -1) }))])
      },
      Route(.get, "/v2/octavia/amphorae") { _, call in
        guard call.isAdmin else { throw Refusal(403, "Policy does not allow this request to be performed.") }
        return Answer(200, ["amphorae": [], "amphorae_links": []])
      },
      Route(.get, "/v2/lbaas/loadbalancers/{id}/status") { cloud, call in
        let balancer = try cloud.find(.balancers, call["id"], call)
        return Answer(200, ["statuses": ["loadbalancer": .map(cloud.statusTree(balancer))]])
      },
      Route(.get, "/v2/lbaas/loadbalancers/{id}/stats") { try $0.balancerStatistics(.balancers, $1) },
      Route(.get, "/v2/lbaas/listeners/{id}/stats") { try $0.balancerStatistics(.listeners, $1) },
    ],
    BalancerKind.all.flatMap(\.routes))

  private func balancerVersion(_ id: String, _ call: Call) -> Value {
    [
      "id": .string(id), "status": id == "v2.0" ? "SUPPORTED" : "CURRENT",
      "updated": id == "v2.0" ? "2016-12-11T00:00:00Z" : "2022-08-29T00:00:00Z",
      "links": [["href": .string(call.base + "/load-balancer/v2"), "rel": "self"]],
    ]
  }

  /// Nothing is counted here.
  private func balancerStatistics(_ table: Table, _ call: Call) throws(Refusal) -> Answer {
    _ = try find(table, call["id"], call)
    return Answer(
      200,
      [
        "stats": [
          "bytes_in": 0, "bytes_out": 0, "active_connections": 0, "total_connections": 0, "request_errors": 0,
        ]
      ])
  }
}

extension BalancerKind {
  fileprivate var routes: [Route] {
    let list = "/v2/lbaas/" + path.replacing("{}", with: "{owner}")
    let one = list + "/{id}"
    return [
      Route(.get, list) { cloud, call in try cloud.listBalancing(self, call) },
      Route(.post, list) { cloud, call in
        let made = try cloud.makeBalancing(self, call)
        return Answer(201, [singular: .map(cloud.shownBalancing(made, self))])
      },
      Route(.get, one) { cloud, call in
        let found = try cloud.find(table, call["id"], call)
        return Answer(200, [singular: .map(cloud.shownBalancing(found, self))])
      },
      Route(.put, one) { cloud, call in
        let changed = try cloud.changeBalancing(self, call)
        return Answer(200, [singular: .map(cloud.shownBalancing(changed, self))])
      },
      Route(.delete, one) { cloud, call in
        try cloud.removeBalancing(self, call)
        return Answer(204)
      },
    ]
  }
}

// MARK: - Lists

extension EmbeddedCloud {
  fileprivate func listBalancing(_ kind: BalancerKind, _ call: Call) throws(Refusal) -> Answer {
    let owner = try balancingOwner(kind, call)
    var found = visible(kind.table, call).filter { owner == nil || $0["_owner"] == owner?["id"] }
    let others: Set<String> = ["limit", "marker", "sort", "fields", "page_reverse", "tenant_id"]
    let known = Set(kind.fields.keys).union(Self.balancingOwn)
    for (name, wanted) in call.asked.query where !others.contains(name) {
      guard known.contains(name) else {
        throw .badRequest("One or more arguments are either duplicate or invalid")
      }
      let field = name == "loadbalancer_id" ? "_balancer" : name
      found = found.filter { $0.text(field).lowercased() == wanted.lowercased() }
    }
    let fields = Set(call.asked.values("fields"))
    let (items, next) = try call.page(found) { .notFound("\(kind.title) \($0) not found.") }
    let shown = items.map { item -> Value in
      let shown = shownBalancing(item, kind)
      return .map(fields.isEmpty ? shown : shown.only(fields))
    }
    let links: Value = next.map { [["href": .string($0), "rel": "next"]] } ?? []
    return Answer(200, [kind.plural: .list(shown), kind.plural + "_links": links])
  }

  /// What every thing of Octavia's has beside its kind's own fields.
  private static let balancingOwn: Set<String> = [
    "id", "project_id", "provisioning_status", "operating_status", "created_at", "updated_at",
  ]
}
