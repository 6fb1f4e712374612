import Ambience
import Document
import OrderedCollections

/// What a new cloud has: images, flavors, a key pair, a private network behind a router, and an external one.
struct Seed {
  let ambient: Ambient
  let accounts: Accounts

  static let externalNetwork = "7ae9805b-8bb8-4afc-b4d2-fa3dde1042e3"
  static let externalSubnet = "7ae9805b-8bb8-4afc-b4d2-000000000001"
  static let privateNetwork = "4a940d26-4436-4042-908e-440e08b19064"
  static let privateSubnet = "4a940d26-4436-4042-908e-000000000001"
  static let router = "4a940d26-4436-4042-908e-000000000002"

  /// The names that templates of 2012 ask for, and the usual test image.
  private static let imageNames =
    ["cirros"]
    + ["F16", "F17", "U10", "rhel61", "rhel62", "rhel63"].flatMap { distribution in
      ["i386", "x86_64"].map { "\(distribution)-\($0)-cfntools" }
    } + ["F16-x86_64-gold", "F17-x86_64-gold", "F17-i386-gold", "F16-i386-gold", "ubuntu.vdi"]

  private static let flavors: [(id: String, name: String, memory: Int64, disk: Int64, cores: Int64)] = [
    ("1", "m1.tiny", 512, 1, 1), ("2", "m1.small", 2048, 20, 1), ("3", "m1.medium", 4096, 40, 2),
    ("4", "m1.large", 8192, 80, 4), ("5", "m1.xlarge", 16_384, 160, 8), ("6", "t1.micro", 613, 5, 1),
    ("7", "c1.medium", 1740, 40, 2), ("8", "c1.xlarge", 7168, 160, 8), ("9", "m2.xlarge", 17_510, 160, 2),
    ("10", "m2.2xlarge", 35_020, 160, 4), ("11", "m2.4xlarge", 70_041, 160, 8),
    ("12", "cc1.4xlarge", 23_552, 160, 8), ("c1", "m1.nano", 128, 1, 1), ("c2", "m1.micro", 192, 1, 1),
  ]

  var tables: [Table: OrderedDictionary<String, Fields>] {
    var tables: [Table: OrderedDictionary<String, Fields>] = [:]
    func put(_ table: Table, _ things: [Fields]) {
      for thing in things { tables[table, default: [:]][thing.text("id")] = thing }
    }
    put(.images, Self.imageNames.map(image))
    put(.flavors, Self.flavors.map(flavor))
    put(.keyPairs, [keyPair("kiln")])
    put(.networks, networks)
    put(.subnets, subnets)
    put(.routers, [router])
    put(.ports, [routerPort])
    put(.volumeTypes, [volumeType("files", nil), volumeType("__DEFAULT__", "Default Volume Type")])
    put(.users, accounts.users.map { identity($0.id, $0.name, .users) })
    put(.projects, accounts.projects.map { identity($0.id, $0.name, .projects) })
    put(.domains, [identity("default", "Default", .domains)])
    put(.regions, [["id": "RegionOne", "description": "", "parent_region_id": nil]])
    put(
      .roles,
      [
        ("cc9b9fc1807849bda7104763dfd7ea80", "reader"), ("ca1127817bb74f18853b5bee8a6b9e36", "member"),
        ("db0c28928cc85029964c6cff9b7c9f47", "admin"),
      ].map { identity($0, $1, .roles).with(["options": ["immutable": true]]) })
    for project in accounts.projects {
      let group = SecurityGroupDraft(ambient, project: project.id)
      put(.groups, [group.group(name: "default", description: "Default security group")])
      put(.rules, group.defaultRules(within: true))
    }
    return tables
  }

  private var now: Value { .string(ambient.now().description) }
  private var owner: String { accounts.demo.id }
  private var admin: String { accounts.admin.id }

  /// One of Keystone's things as it is when nothing but its name is said.
  private func identity(_ id: String, _ name: String, _ table: Table) -> Fields {
    let defaults = IdentityCollection.all.first { $0.table == table }?.defaults ?? [:]
    return defaults.with(["id": .string(id), "name": .string(name)])
  }

  private func image(_ name: String) -> Fields {
    let id = ambient.uuid()
    return [
      "os_distro": .string(name.hasPrefix("F") ? "fedora" : name.hasPrefix("U") ? "ubuntu" : "cirros"),
      "name": .string(name), "disk_format": "qcow2", "container_format": "bare", "visibility": "public",
      "size": 13_267_968, "virtual_size": 67_108_864, "status": "active",
      "checksum": "41ce4d32ce22529a293044bc1eb4e734", "protected": false, "min_ram": 0, "min_disk": 0,
      "owner": .string(admin), "os_hidden": false, "os_hash_algo": "sha512",
      "os_hash_value": .string(String(repeating: "2e45ec98e7ea7317", count: 8)), "id": .string(id),
      "created_at": now, "updated_at": now, "tags": [], "self": .string("/v2/images/\(id)"),
      "file": .string("/v2/images/\(id)/file"), "schema": "/v2/schemas/image", "_shared": true,
      "_project": .string(admin),
    ]
  }

  private func flavor(
    _ flavor: (id: String, name: String, memory: Int64, disk: Int64, cores: Int64)
  ) -> Fields {
    [
      "id": .string(flavor.id), "name": .string(flavor.name), "ram": .integer(flavor.memory),
      "disk": .integer(flavor.disk), "swap": "", "OS-FLV-EXT-DATA:ephemeral": 0,
      "OS-FLV-DISABLED:disabled": false, "vcpus": .integer(flavor.cores),
      "os-flavor-access:is_public": true, "rxtx_factor": 1.0, "_shared": true,
    ]
  }

  private func keyPair(_ name: String) -> Fields {
    let user = accounts.users[0].id
    return [
      "id": .string("\(user)/\(name)"), "name": .string(name), "type": "ssh",
      "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDi9w8Dq7Y6bVtPgnTqz kiln",
      "fingerprint": "c2:4d:12:89:bf:ca:1c:88:71:f3:aa:42:f3:1c:a2:7f", "created_at": now,
      "_user": .string(user), "_number": 1, "_project": .string(owner),
    ]
  }

  private var networks: [Fields] {
    var inner = NetworkDraft(ambient, project: owner).network(name: "private")
    inner["id"] = .string(Self.privateNetwork)
    inner["availability_zones"] = ["nova"]
    var outer = NetworkDraft(ambient, project: admin).network(name: "public")
    outer["id"] = .string(Self.externalNetwork)
    outer["availability_zones"] = ["nova"]
    outer["router:external"] = true
    outer["is_default"] = false
    outer["_shared"] = true
    return [inner, outer]
  }

  private var subnets: [Fields] {
    var inner = NetworkDraft(ambient, project: owner).subnet(
      name: "private-subnet", network: Self.privateNetwork, range: IPv4Range(10, 0, 0, 0, prefix: 24))
    inner["id"] = .string(Self.privateSubnet)
    // Clients see that an external network has a subnet, and not more of it.
    var outer = NetworkDraft(ambient, project: admin).subnet(
      name: "public-subnet", network: Self.externalNetwork, range: IPv4Range(203, 0, 113, 0, prefix: 24))
    outer["id"] = .string(Self.externalSubnet)
    return [inner, outer]
  }

  private var router: Fields {
    var router = NetworkDraft(ambient, project: owner).router(name: "router1")
    router["id"] = .string(Self.router)
    router["availability_zones"] = ["nova"]
    router["external_gateway_info"] = [
      "network_id": .string(Self.externalNetwork),
      "external_fixed_ips": [["subnet_id": .string(Self.externalSubnet), "ip_address": "203.0.113.2"]],
      "enable_snat": true,
    ]
    return router
  }

  private var routerPort: Fields {
    var port = NetworkDraft(ambient, project: owner).port(network: Self.privateNetwork, groups: [])
    port["status"] = "ACTIVE"
    port["device_id"] = .string(Self.router)
    port["device_owner"] = "network:router_interface"
    port["port_security_enabled"] = false
    port["fixed_ips"] = [["subnet_id": .string(Self.privateSubnet), "ip_address": "10.0.0.1"]]
    return port
  }

  private func volumeType(_ name: String, _ description: String?) -> Fields {
    [
      "id": .string(ambient.uuid()), "name": .string(name), "is_public": true,
      "description": description.map(Value.string) ?? .null, "extra_specs": [:],
      "os-volume-type-access:is_public": true, "_shared": true,
    ]
  }
}
