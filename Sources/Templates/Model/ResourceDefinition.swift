package import Document
package import OrderedCollections

/// A resource as a template asks for it, under its logical ID.
package struct ResourceDefinition: Sendable {
  package enum DeletionPolicy: String, Sendable {
    case delete = "Delete"
    case retain = "Retain"
    case retainExceptOnCreate = "RetainExceptOnCreate"
    case snapshot = "Snapshot"
  }

  /// What few resources say, kept apart so that the others, of which there are thousands, stay small.
  package struct Terms: Sendable {
    /// What `DependsOn` names; references add to it (see `dependencies`).
    package var dependsOn: [String] = []
    package var condition: String?
    package var metadata: Expression?
    package var deletionPolicy = DeletionPolicy.delete
    package var updateReplacePolicy = DeletionPolicy.delete
    /// `CreationPolicy` and `UpdatePolicy`, unevaluated.
    package var creationPolicy: Expression?
    package var updatePolicy: Expression?
    package var details = ResourceDetails()

    package init() {}

    fileprivate var isPlain: Bool {
      dependsOn.isEmpty && condition == nil && metadata == nil && deletionPolicy == .delete
        && updateReplacePolicy == .delete && creationPolicy == nil && updatePolicy == nil && details.isEmpty
    }
  }

  private final class Box: Sendable {
    static let plain = Box(Terms())

    let terms: Terms

    init(_ terms: Terms) { self.terms = terms }
  }

  package let logicalID: String
  /// The resource type, such as `AWS::EC2::Instance`.
  package let type: String
  package let properties: OrderedDictionary<String, Expression>
  /// Where the logical ID stands.
  package let place: Place
  /// Where the type stands.
  package let typePlace: Place

  /// The logical IDs that must be there first: `DependsOn` and every reference in properties and metadata.
  ///
  /// A reference in metadata that would close a cycle doesn't order (Heat's templates of 2012 refer from an
  /// instance's metadata to the alarm that watches it).
  package var dependencies: OrderedSet<String> = []
  private let box: Box

  package init(
    logicalID: String, type: String, properties: OrderedDictionary<String, Expression> = [:],
    terms: Terms = Terms(), place: Place, typePlace: Place
  ) {
    self.logicalID = logicalID
    self.type = type
    self.properties = properties
    self.place = place
    self.typePlace = typePlace
    box = terms.isPlain ? .plain : Box(terms)
  }

  package var dependsOn: [String] { box.terms.dependsOn }
  package var condition: String? { box.terms.condition }
  package var metadata: Expression? { box.terms.metadata }
  package var deletionPolicy: DeletionPolicy { box.terms.deletionPolicy }
  package var updateReplacePolicy: DeletionPolicy { box.terms.updateReplacePolicy }
  package var creationPolicy: Expression? { box.terms.creationPolicy }
  package var updatePolicy: Expression? { box.terms.updatePolicy }
  package var details: ResourceDetails { box.terms.details }
}
