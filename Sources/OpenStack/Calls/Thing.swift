package import Document
import OrderedCollections

/// Something that a cloud has, of any kind, with the fields of its API.
package struct Thing: CloudThing {
  package let kind: ResourceKind
  package let id: String
  package let name: String
  package let raw: Value

  package init?(_ raw: Value, of kind: ResourceKind) {
    // Nova lists key pairs, and others, each in an envelope of its own.
    let fields = raw.map?.count == 1 ? raw[kind.singular] ?? raw : raw
    guard let id = kind.id(of: fields) else { return nil }
    self.kind = kind
    self.id = id
    self.raw = fields
    name = kind.nameField.flatMap { fields[$0]?.scalarText } ?? id
  }

  /// What its API says that it does; nil for a kind without states.
  package var status: String? { kind.status(of: raw) }
}
