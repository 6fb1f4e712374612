package import Document
import OrderedCollections

/// What another cloud has that stacks name, as its API tells of it: what must be there too where a stack is rehearsed.
package struct Likeness: Sendable {
  package enum Kind: Sendable, CaseIterable {
    case images, flavors, keyPairs, networks, subnets, routers, ports, volumeTypes

    fileprivate var table: Table {
      switch self {
      case .images: .images
      case .flavors: .flavors
      case .keyPairs: .keyPairs
      case .networks: .networks
      case .subnets: .subnets
      case .routers: .routers
      case .ports: .ports
      case .volumeTypes: .volumeTypes
      }
    }
  }

  /// The things of each kind; of a kind that isn't among them, this cloud keeps its own.
  package var things: [Kind: [Value]] = [:]

  package init() {}
}

extension EmbeddedCloud {
  /// Has what another cloud has, in the place of what it had itself.
  package func become(like other: Likeness) {
    for (kind, things) in other.things {
      var rows: OrderedDictionary<String, Fields> = [:]
      for thing in things {
        guard var fields = thing.map else { continue }
        fields["_project"] = .string(accounts.demo.id)
        fields["_shared"] = true
        if kind == .keyPairs, let name = fields["name"]?.string {
          let user = accounts.users[0].id
          fields["id"] = .string("\(user)/\(name)")
          fields["_user"] = .string(user)
        }
        if let id = fields["id"]?.string { rows[id] = fields }
      }
      tables[kind.table] = rows
    }
  }
}
