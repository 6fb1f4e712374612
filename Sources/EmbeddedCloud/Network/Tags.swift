import Document
import HTTP
import OrderedCollections

extension EmbeddedCloud {
  private static let tagged: [NetworkCollection] = [
    .networks, .subnets, .ports, .routers, .floatingIPs, .groups, .trunks, .subnetPools, .qualityPolicies,
  ]

  static let tagRoutes: [Route] = tagged.flatMap { collection in
    let path = "/v2.0/\(collection.path)/{id}/tags"
    return [
      Route(.get, path) { cloud, call in
        Answer(200, ["tags": .list(try cloud.tags(collection, call))])
      },
      Route(.put, path) { cloud, call in
        _ = try cloud.tags(collection, call)
        let tags = try call.json()["tags"]?.list ?? []
        cloud.set(collection.table, call["id"], ["tags": .list(tags)])
        return Answer(200, ["tags": .list(tags)])
      },
      Route(.delete, path) { cloud, call in
        _ = try cloud.tags(collection, call)
        cloud.set(collection.table, call["id"], ["tags": []])
        return Answer(204)
      },
      Route(.get, path + "/{tag}") { cloud, call in
        guard try cloud.tags(collection, call).contains(.string(call["tag"])) else { throw noTag(call) }
        return Answer(204)
      },
      Route(.put, path + "/{tag}") { cloud, call in
        let tags = try cloud.tags(collection, call).filter { $0 != .string(call["tag"]) }
        cloud.set(collection.table, call["id"], ["tags": .list(tags + [.string(call["tag"])])])
        return Answer(201, .null)
      },
      Route(.delete, path + "/{tag}") { cloud, call in
        let tags = try cloud.tags(collection, call)
        guard tags.contains(.string(call["tag"])) else { throw noTag(call) }
        cloud.set(
          collection.table, call["id"], ["tags": .list(tags.filter { $0 != .string(call["tag"]) })])
        return Answer(204)
      },
    ]
  }

  private func tags(_ collection: NetworkCollection, _ call: Call) throws(Refusal) -> [Value] {
    try find(collection.table, call["id"], call)["tags"]?.list ?? []
  }

  private static func noTag(_ call: Call) -> Refusal {
    Refusal(404, "Tag \(call["tag"]) could not be found.", type: "TagNotFound")
  }
}
