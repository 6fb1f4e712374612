import Document
import HTTP
import OrderedCollections

extension Service {
  /// The types and names under which the catalog has it.
  fileprivate var entries: [(type: String, name: String)] {
    switch self {
    case .identity: [("identity", "keystone")]
    case .compute: [("compute", "nova")]
    case .network: [("network", "neutron")]
    case .volume: [("volumev3", "cinderv3"), ("block-storage", "cinder")]
    case .image: [("image", "glance")]
    case .object: [("object-store", "swift")]
    case .keyManager: [("key-manager", "barbican")]
    case .loadBalancer: [("load-balancer", "octavia")]
    case .dns: [("dns", "designate")]
    }
  }

  /// Where its API is below the cloud's URL.
  func path(project: String) -> String {
    switch self {
    case .identity: "/identity/v3"
    case .compute: "/compute/v2.1"
    case .network: "/network/v2.0"
    case .volume: "/volume/v3/\(project)"
    case .image: "/image/v2"
    case .object: "/object/v1/AUTH_\(project)"
    case .keyManager: "/key-manager"
    case .loadBalancer: "/load-balancer"
    case .dns: "/dns"
    }
  }

  /// What the catalog says: Neutron's and Glance's endpoints have no version.
  fileprivate func endpoint(project: String) -> String {
    [.network, .image].contains(self) ? "/" + rawValue : path(project: project)
  }
}

extension EmbeddedCloud {
  /// The catalog for a client that sees the cloud at `base`.
  func catalog(_ base: String, project: String) -> Value {
    let entries = Service.allCases.flatMap { service in service.entries.map { (service, $0) } }
    return .list(
      entries.enumerated().map { index, entry in
        let url = Value.string(base + entry.0.endpoint(project: project))
        return [
          "endpoints": .list(
            ["public", "internal", "admin"].enumerated().map { number, interface in
              [
                "id": .string(Self.key(100 * index + number + 1)), "interface": .string(interface),
                "region_id": "RegionOne", "url": url, "region": "RegionOne",
              ]
            }),
          "id": .string(Self.key(100 * index)), "type": .string(entry.1.type), "name": .string(entry.1.name),
        ]
      })
  }

  /// An id of 32 hexadecimal digits.
  private static func key(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return "c0ffee" + String(repeating: "0", count: 26 - digits.count) + digits
  }

  func showCatalog(_ call: Call) -> Answer {
    Answer(200, ["catalog": catalog(call.base, project: call.project), "links": ["self": .string(call.url)]])
  }

  // MARK: - Version documents

  func identityVersions(_ call: Call) -> Answer {
    Answer(
      300, ["versions": ["values": [identityVersion(call.base)]]],
      headers: ["Location": call.base + "/identity/v3/"])
  }

  func showIdentityVersion(_ call: Call) -> Answer { Answer(200, ["version": identityVersion(call.base)]) }

  private func identityVersion(_ base: String) -> Value {
    [
      "id": "v3.14", "status": "stable", "updated": "2020-04-07T00:00:00Z",
      "links": [["rel": "self", "href": .string(base + "/identity/v3/")]],
      "media-types": [
        ["base": "application/json", "type": "application/vnd.openstack.identity-v3+json"]
      ],
    ]
  }

  func computeVersions(_ call: Call) -> Answer {
    func version(_ id: String, _ status: String, _ newest: String, _ oldest: String, _ date: String) -> Value
    {
      [
        "id": .string(id), "status": .string(status), "version": .string(newest),
        "min_version": .string(oldest), "updated": .string(date),
        "links": [
          ["rel": "self", "href": .string(call.base + "/compute/" + (id == "v2.0" ? "v2" : id) + "/")]
        ],
      ]
    }
    return Answer(
      200,
      [
        "versions": [
          version("v2.0", "SUPPORTED", "", "", "2011-01-21T11:33:21Z"),
          version("v2.1", "CURRENT", "2.93", "2.1", "2013-07-23T11:33:21Z"),
        ]
      ])
  }

  func showComputeVersion(_ call: Call) -> Answer {
    Answer(
      200,
      [
        "version": [
          "id": "v2.1", "status": "CURRENT", "version": "2.93", "min_version": "2.1",
          "updated": "2013-07-23T11:33:21Z",
          "links": [
            ["rel": "self", "href": .string(call.base + "/compute/v2.1/")],
            ["rel": "describedby", "type": "text/html", "href": "http://docs.openstack.org/"],
          ],
          "media-types": [
            ["base": "application/json", "type": "application/vnd.openstack.compute+json;version=2.1"]
          ],
        ]
      ])
  }

  func networkVersions(_ call: Call) -> Answer {
    Answer(200, ["versions": [Self.version("v2.0", "CURRENT", call.base + "/network/v2.0/")]])
  }

  func imageVersions(_ call: Call) -> Answer {
    let minors = [16, 15, 14, 9, 7, 6, 5, 4, 3, 2, 1, 0]
    let versions = minors.map { minor in
      Self.version("v2.\(minor)", minor == 16 ? "CURRENT" : "SUPPORTED", call.base + "/image/v2/")
    }
    return Answer(300, ["versions": .list(versions)])
  }

  func volumeVersions(_ call: Call) -> Answer {
    Answer(
      300,
      [
        "versions": [
          [
            "id": "v3.0", "status": "CURRENT", "version": "3.70", "min_version": "3.0",
            "updated": "2022-08-31T00:00:00Z",
            "links": [
              ["rel": "describedby", "type": "text/html", "href": "https://docs.openstack.org/"],
              ["rel": "self", "href": .string(call.base + "/volume/v3/")],
            ],
            "media-types": [
              ["base": "application/json", "type": "application/vnd.openstack.volume+json;version=3"]
            ],
          ]
        ]
      ])
  }

  private static func version(_ id: String, _ status: String, _ url: String) -> Value {
    ["id": .string(id), "status": .string(status), "links": [["rel": "self", "href": .string(url)]]]
  }
}
