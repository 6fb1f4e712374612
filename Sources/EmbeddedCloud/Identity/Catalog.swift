import Document
import OrderedCollections

/// Where the cloud's services are, and which versions they have.
enum Catalog {
  private static let entries: [(type: String, name: String, path: String)] = [
    ("identity", "keystone", "/identity/v3"), ("compute", "nova", "/compute/v2.1"),
    ("network", "neutron", "/network"), ("volumev3", "cinderv3", "/volume/v3/\(Seed.projectID)"),
    ("block-storage", "cinder", "/volume/v3/\(Seed.projectID)"), ("image", "glance", "/image"),
    ("object-store", "swift", "/object/v1/AUTH_\(Seed.projectID)"),
  ]

  /// The catalog for a client that sees the cloud at `base`.
  static func services(_ base: String) -> Value {
    .list(
      entries.map { entry in
        let endpoints = ["public", "internal", "admin"].map { interface -> Value in
          [
            "id": .string("\(entry.name)-\(interface)"), "interface": .string(interface),
            "region": "RegionOne",
            "region_id": "RegionOne", "url": .string(base + entry.path),
          ]
        }
        return [
          "id": .string(entry.name), "type": .string(entry.type), "name": .string(entry.name),
          "endpoints": .list(endpoints),
        ]
      })
  }

  static func root(_ base: String) -> Value { ["services": services(base)] }

  static func identityVersion(_ base: String) -> Value {
    [
      "version": version(
        "v3.14", base + "/identity/v3/", ["status": "stable", "updated": "2020-04-07T00:00:00Z"])
    ]
  }

  static func computeVersion(_ base: String) -> Value {
    [
      "version": version(
        "v2.1", base + "/compute/v2.1/", ["min_version": "2.1", "version": "2.93", "status": "CURRENT"])
    ]
  }

  static func volumeVersion(_ base: String) -> Value {
    [
      "versions": [
        version("v3.0", base + "/volume/v3/", ["min_version": "3.0", "version": "3.70", "status": "CURRENT"])
      ]
    ]
  }

  static func networkVersion(_ base: String) -> Value {
    ["versions": [version("v2.0", base + "/network/v2.0/", ["status": "CURRENT"])]]
  }

  static func imageVersion(_ base: String) -> Value {
    ["versions": [version("v2.16", base + "/image/v2/", ["status": "CURRENT"])]]
  }

  private static func version(_ id: String, _ url: String, _ more: Fields) -> Value {
    var fields: Fields = ["id": .string(id), "links": [["rel": "self", "href": .string(url)]]]
    fields.merge(more) { $1 }
    return .map(fields)
  }
}
