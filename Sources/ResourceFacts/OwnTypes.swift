import OrderedCollections
import Templates

/// The resource types that only kiln knows.
enum OwnTypes {
  static let schemas: OrderedDictionary<String, ResourceSchema> = ["Kiln::HA::Policy": policy]

  /// How the application on a server of the stack is kept alive: by what `kiln.ha.check` and `kiln.ha.rung` make.
  private static let policy = ResourceSchema(properties: [
    // An application needs both; a stack as a whole neither.
    "Resource": changeable(.string), "Checks": changeable(.list(.map(checks))),
    "Scope": changeable(.string),
    // An item is a rung's name, or a map of that to its options.
    "Ladder": changeable(.list(.json)), "ResetAfter": changeable(.string), "Name": changeable(.string),
    "Needs": changeable(.list(.string)), "Parent": changeable(.string), "Group": changeable(.string),
    "Tags": changeable(.mapOf(.string)), "Notify": changeable(.json),
  ])

  private static let checks = Shape(
    OrderedDictionary(
      uniqueKeysWithValues: [
        "Tcp", "Http", "Server", "ComputeService", "Hypervisor", "HypervisorOf", "PoolMember", "Dns", "Ssh",
        "GuestAgent", "Metric", "Reported", "Heartbeat",
      ].map { ($0, changeable(.json)) }))

  private static func changeable(
    _ kind: ResourceSchema.Kind, isRequired: Bool = false
  ) -> ResourceSchema.Property {
    ResourceSchema.Property(kind, isRequired: isRequired, updatesInPlace: true)
  }
}
