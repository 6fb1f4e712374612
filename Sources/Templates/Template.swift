package import Document
package import OrderedCollections

/// A template of any supported language, read and checked: what plans, linters, diffs and writers work on.
package struct Template: Sendable {
  package let source: Source
  package let description: String?
  package let parameters: OrderedDictionary<String, ParameterDefinition>
  /// Map name → top-level key → second-level key → value.
  package let mappings: OrderedDictionary<String, OrderedDictionary<String, OrderedDictionary<String, Value>>>
  package let conditions: OrderedDictionary<String, Expression>
  package let resources: OrderedDictionary<String, ResourceDefinition>
  package let outputs: OrderedDictionary<String, OutputDefinition>
  package let metadata: Value?
}

/// A resource as a template asks for it, under its logical ID.
package struct ResourceDefinition: Sendable {
  package enum DeletionPolicy: String, Sendable {
    case delete = "Delete"
    case retain = "Retain"
    case retainExceptOnCreate = "RetainExceptOnCreate"
    case snapshot = "Snapshot"
  }

  package let logicalID: String
  /// The resource type, such as `AWS::EC2::Instance`.
  package let type: String
  package let properties: OrderedDictionary<String, Expression>
  /// What `DependsOn` names; references add to it (see `dependencies`).
  package let dependsOn: [String]
  package let condition: String?
  package let metadata: Expression?
  package let deletionPolicy: DeletionPolicy
  package let updateReplacePolicy: DeletionPolicy
  /// `CreationPolicy` and `UpdatePolicy`, unevaluated.
  package let creationPolicy: Expression?
  package let updatePolicy: Expression?
  /// Where the logical ID stands.
  package let place: Place
  /// Where the type stands.
  package let typePlace: Place

  /// The logical IDs that must be there first: `DependsOn` and every reference in properties and metadata.
  ///
  /// A reference in metadata that would close a cycle doesn't order (Heat's templates of 2012 refer from an
  /// instance's metadata to the alarm that watches it).
  package let dependencies: OrderedSet<String>
}

package struct OutputDefinition: Sendable {
  package let name: String
  package let description: String?
  package let value: Expression
  package let exportName: Expression?
  package let condition: String?
  package let place: Place
}

package struct ParameterDefinition: Sendable {
  package let name: String
  /// The type as written, such as `String`, `List<Number>` or `AWS::EC2::KeyPair::KeyName`.
  package let type: String
  package let description: String?
  package let defaultValue: Value?
  package let isSecret: Bool
  package let allowedValues: [Value]?
  package let allowedPattern: String?
  package let constraintDescription: String?
  package let length: ClosedRange<Int>?
  package let range: ClosedRange<Double>?
  package let place: Place
}
