import Document
import HTTP
import OpenStack
import OrderedCollections
import StackEngine

extension Declaration {
  /// What Nova has beside servers.
  static let compute: [Declaration] = [
    Declaration("OS::Nova::KeyPair", KeyPair.kind).with {
      $0.fields = ["save_private_key": .silent, "user": .named("user_id")]
      $0.secretAttributes = ["private_key"]
      $0.replacesAfterDelete = true
    },
    Declaration("OS::Nova::ServerGroup", .serverGroup).with {
      $0.fields = [
        "policies": .made { value, _ in ["policy": value.list?.first ?? "anti-affinity"] }
      ]
      $0.constants = ["policy": "anti-affinity"]
    },
    Declaration("OS::Nova::Flavor", Flavor.kind).with {
      $0.fields = [
        "flavorid": .named("id"), "is_public": .named("os-flavor-access:is_public"),
        "ephemeral": .named("OS-FLV-EXT-DATA:ephemeral"),
        "extra_specs": .set { value, making in try await specify(value, "/os-extra_specs", making) },
        "tenants": .set { value, making in try await admit(value, making) },
      ]
      $0.constants = ["disk": 0]
      $0.attributes = ["is_public": { $0["os-flavor-access:is_public"] }]
    },
    Declaration("OS::Nova::HostAggregate", .aggregate).with {
      $0.fields = [
        "metadata": .set { value, making in
          try await making.send("POST", "/action", ["set_metadata": ["metadata": value]])
        },
        "hosts": .set { value, making in try await gather(value, making) },
      ]
    },
  ]

  /// Makes the keys under a thing those of a map.
  static func specify(_ wanted: Value, _ tail: String, _ making: Making) async throws {
    let property = tail == "/os-extra_specs" ? "extra_specs" : "metadata"
    for key in making.call.previous?[property]?.map?.keys ?? [] where wanted[key] == nil {
      do {
        try await making.send("DELETE", "\(tail)/\(percentEncoded(key))")
      } catch let error as OpenStackError where error.code == .notFound {}
    }
    guard let map = wanted.map, !map.isEmpty else { return }
    let texts = map.mapValues { Value.string($0.scalarText ?? $0.jsonText()) }
    try await making.send("POST", tail, ["extra_specs": .map(texts)])
  }

  /// Says which projects may use a flavor that isn't public.
  private static func admit(_ wanted: Value, _ making: Making) async throws {
    let projects = Set((wanted.list ?? []).compactMap(\.scalarText))
    let before = Set((making.call.previous?["tenants"]?.list ?? []).compactMap(\.scalarText))
    for project in before.subtracting(projects) {
      let id = try await making.context.names.id(of: .project, named: project)
      try await making.send("POST", "/action", ["removeTenantAccess": ["tenant": .string(id)]])
    }
    for project in projects.subtracting(before).sorted() {
      try await making.send("POST", "/action", ["addTenantAccess": ["tenant": .string(project)]])
    }
  }

  /// Makes the hosts of an aggregate those of a list.
  private static func gather(_ wanted: Value, _ making: Making) async throws {
    let hosts = (wanted.list ?? []).compactMap(\.scalarText)
    let before = (making.call.previous?["hosts"]?.list ?? []).compactMap(\.scalarText)
    for host in before where !hosts.contains(host) {
      try await making.send("POST", "/action", ["remove_host": ["host": .string(host)]])
    }
    for host in hosts where !before.contains(host) {
      do {
        try await making.send("POST", "/action", ["add_host": ["host": .string(host)]])
      } catch let error as OpenStackError where error.code == .conflict {}
    }
  }
}
