package import Document

/// Rules that say what may reach a port and what it may reach.
package struct SecurityGroup: TaggedResource {
  package static let kind = ResourceKind(
    .network, "/security-groups", singular: "security_group", plural: "security_groups")

  package let id: String
  package let name: String
  package let description: String
  package let rules: [SecurityGroupRule]
  package let tags: [String]
  package let raw: Value

  package init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    self.id = id
    self.raw = raw
    name = raw["name"]?.string ?? ""
    description = raw["description"]?.string ?? ""
    rules = (raw["security_group_rules"]?.list ?? []).compactMap { SecurityGroupRule($0) }
    tags = raw["tags"]?.strings ?? []
  }
}

package struct NewSecurityGroup: NewResource {
  package typealias Resource = SecurityGroup

  package var name: String
  package var description: String

  package init(name: String, description: String = "") {
    self.name = name
    self.description = description
  }

  package var body: Value { ["name": .string(name), "description": .string(description)] }
}
