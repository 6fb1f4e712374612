package import Document

/// Something that a cloud has.
package protocol CloudThing: Sendable {
  /// What the API calls it by.
  var id: String { get }
  var name: String { get }
  /// All that the API said, in its own words; fields that nobody here knows are kept.
  var raw: Value { get }

  /// Reads what the API gives of a kind; nil when it lacks what each has.
  init?(_ raw: Value, of kind: ResourceKind)
}

/// Something that a cloud has, of a kind with a model of its own.
package protocol CloudResource: CloudThing {
  /// How the API speaks of it.
  static var kind: ResourceKind { get }

  /// Reads what the API gives; nil when it lacks what each has.
  init?(_ raw: Value)
}

extension CloudResource {
  package init?(_ raw: Value, of _: ResourceKind) { self.init(raw) }
}

/// What the API must be given to make one.
package protocol NewResource: Sendable {
  associatedtype Resource: CloudResource
  /// The request's body, without the envelope that names the kind.
  var body: Value { get }
  /// The least microversion that has all the fields in it.
  var needs: Microversion? { get }
}

extension NewResource {
  package var needs: Microversion? { nil }
}
