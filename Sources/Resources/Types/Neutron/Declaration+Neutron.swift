import Document
import OpenStack

extension Declaration {
  /// One of Neutron's: all keep a description, most keep tags, and some take fields that no schema has.
  static func neutron(_ type: String, _ kind: ResourceKind, _ fields: [String: Field] = [:]) -> Declaration {
    Declaration(type, kind).with {
      $0.mark = .description
      $0.fields = fields.merging(["value_specs": .members, "tags": .tags]) { own, _ in own }
    }
  }

  /// All types of Neutron's that are one request each.
  static let neutron: [Declaration] =
    networks + addresses + ports + routers + policies + qualityRules + privateNetworks
}
