import Ambience
import Document
import OrderedCollections

/// What a new cloud has: images, flavors, a key pair, a private network behind a router, and an external one.
enum Seed {
  static let projectID = "5f2c0d9e4a7b41c3a1d8e6f709b3c524"
  static let userID = "9a1e7c35d2f84b06b8c4a3e5f1d07296"
  static let externalNetwork = "e0a1b2c3-0000-4000-8000-00000000e0e0"
  static let privateNetwork = "e0a1b2c3-0000-4000-8000-00000000f0f0"
  static let privateSubnet = "e0a1b2c3-0000-4000-8000-00000000f0f1"
  static let externalSubnet = "e0a1b2c3-0000-4000-8000-00000000e0e1"
  static let router = "e0a1b2c3-0000-4000-8000-00000000abab"
  static let defaultGroup = "e0a1b2c3-0000-4000-8000-00000000dddd"

  /// The names that templates of 2012 ask for, and the usual test image.
  private static let imageNames =
    ["cirros"]
    + ["F16", "F17", "U10", "rhel61", "rhel62", "rhel63"].flatMap { distribution in
      ["i386", "x86_64"].map { "\(distribution)-\($0)-cfntools" }
    } + ["F16", "F17"].flatMap { ["\($0)-i386-gold", "\($0)-x86_64-gold"] } + ["ubuntu.vdi"]

  private static let flavors: [(name: String, memory: Int64, disk: Int64, cores: Int64)] = [
    ("m1.nano", 128, 1, 1), ("m1.micro", 192, 1, 1), ("m1.tiny", 512, 1, 1), ("t1.micro", 512, 5, 1),
    ("m1.small", 2048, 20, 1), ("m1.medium", 4096, 40, 2), ("m1.large", 8192, 80, 4),
    ("m1.xlarge", 16_384, 160, 8),
  ]

  static func collections(_ ambient: Ambient) -> [String: OrderedDictionary<String, Fields>] {
    let now = Value.string(ambient.now().description)
    var seed: [String: OrderedDictionary<String, Fields>] = [:]
    func add(_ collection: String, _ fields: Fields) {
      seed[collection, default: [:]][fields.text("id")] = fields
    }
    for name in imageNames { add("images", image(name, ambient.uuid(), now)) }
    for (index, flavor) in flavors.enumerated() { add("flavors", self.flavor(flavor, String(index + 1))) }
    add("keypairs", keyPair("kiln", now))
    add("networks", network("private", privateNetwork, [privateSubnet], isExternal: false))
    add("networks", network("public", externalNetwork, [externalSubnet], isExternal: true))
    add("subnets", subnet("private-subnet", privateSubnet, privateNetwork, "10.0.0"))
    add("subnets", subnet("public-subnet", externalSubnet, externalNetwork, "203.0.113"))
    add("routers", routerFields)
    add("security-groups", group("default", defaultGroup, "Default security group", now))
    return seed
  }

  private static func image(_ name: String, _ id: String, _ now: Value) -> Fields {
    [
      "id": .string(id), "name": .string(name), "status": "active", "visibility": "public",
      "size": 13_267_968,
      "disk_format": "qcow2", "container_format": "bare", "min_disk": 0, "min_ram": 0, "tags": [],
      "protected": false, "owner": .string(projectID), "created_at": now, "updated_at": now,
      "file": .string("/v2/images/\(id)/file"), "self": .string("/v2/images/\(id)"),
      "schema": "/v2/schemas/image",
    ]
  }

  private static func flavor(
    _ flavor: (name: String, memory: Int64, disk: Int64, cores: Int64), _ id: String
  ) -> Fields {
    [
      "id": .string(id), "name": .string(flavor.name), "ram": .integer(flavor.memory),
      "disk": .integer(flavor.disk), "vcpus": .integer(flavor.cores), "swap": "", "rxtx_factor": 1.0,
      "OS-FLV-EXT-DATA:ephemeral": 0, "OS-FLV-DISABLED:disabled": false, "os-flavor-access:is_public": true,
      "links": [],
    ]
  }

  private static func keyPair(_ name: String, _ now: Value) -> Fields {
    [
      "id": .string(name), "name": .string(name), "type": "ssh", "public_key": "ssh-ed25519 AAAA kiln",
      "fingerprint": "00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff", "created_at": now,
      "user_id": .string(userID),
    ]
  }

  static func network(_ name: String, _ id: String, _ subnets: [String], isExternal: Bool) -> Fields {
    [
      "id": .string(id), "name": .string(name), "status": "ACTIVE", "admin_state_up": true, "shared": false,
      "router:external": .bool(isExternal), "subnets": .list(subnets.map(Value.string)), "mtu": 1500,
      "tenant_id": .string(projectID), "project_id": .string(projectID), "port_security_enabled": true,
      "tags": [], "description": "", "availability_zones": ["nova"],
    ]
  }

  private static func subnet(_ name: String, _ id: String, _ network: String, _ prefix: String) -> Fields {
    [
      "id": .string(id), "name": .string(name), "network_id": .string(network), "ip_version": 4,
      "cidr": .string("\(prefix).0/24"), "gateway_ip": .string("\(prefix).1"), "enable_dhcp": true,
      "allocation_pools": [["start": .string("\(prefix).2"), "end": .string("\(prefix).254")]],
      "dns_nameservers": [], "host_routes": [], "tags": [], "description": "",
      "tenant_id": .string(projectID), "project_id": .string(projectID),
    ]
  }

  private static let routerFields: Fields = [
    "id": .string(router), "name": "router1", "status": "ACTIVE", "admin_state_up": true, "description": "",
    "external_gateway_info": [
      "network_id": .string(externalNetwork), "enable_snat": true, "external_fixed_ips": [],
    ],
    "interface_subnets": [.string(privateSubnet)], "routes": [], "tags": [],
    "tenant_id": .string(projectID), "project_id": .string(projectID),
  ]

  static func group(_ name: String, _ id: String, _ description: String, _ now: Value) -> Fields {
    [
      "id": .string(id), "name": .string(name), "description": .string(description), "tags": [],
      "tenant_id": .string(projectID), "project_id": .string(projectID), "created_at": now, "updated_at": now,
      "revision_number": 1, "stateful": true, "security_group_rules": [],
    ]
  }
}
