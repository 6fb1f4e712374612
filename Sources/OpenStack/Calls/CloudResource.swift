package import Document

/// Something that a cloud has, in the shape of its API.
package protocol CloudResource: Sendable {
  /// How the API speaks of it.
  static var kind: ResourceKind { get }

  /// What the API calls it by.
  var id: String { get }
  var name: String { get }
  /// All that the API said.
  var raw: Value { get }

  /// Reads what the API gives; nil when it lacks what each has.
  init?(_ raw: Value)
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

/// The paths and names under which an API has one kind of resource.
package struct ResourceKind: Sendable {
  let service: Service
  /// Where they are, such as `/servers`.
  let path: String
  /// Where they are listed with all fields.
  let listPath: String
  /// The name of one and of several in JSON.
  let singular: String
  let plural: String
  /// What people call one.
  let label: String
  /// Whether requests and answers hold one inside a member named after it.
  let hasEnvelope: Bool
  let updateMethod: String

  init(
    _ service: Service, _ path: String, singular: String, plural: String, label: String? = nil,
    listPath: String? = nil, hasEnvelope: Bool = true, updateMethod: String = "PUT"
  ) {
    self.service = service
    self.path = path
    self.listPath = listPath ?? path
    self.singular = singular
    self.plural = plural
    self.label = label ?? singular.replacing("_", with: " ")
    self.hasEnvelope = hasEnvelope
    self.updateMethod = updateMethod
  }
}
