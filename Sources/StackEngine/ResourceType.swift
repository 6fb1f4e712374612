package import Document
package import OrderedCollections
package import Templates

/// A kind of resource that the engine can create, change and delete.
///
/// A type's calls may be made again after a crash: each change of the cloud goes through `ResourceCall.step`,
/// whose outcome the journal remembers, and whose `find` recognises what a lost call made.
package protocol ResourceType: Sendable {
  /// The type's name in templates, such as `AWS::EC2::Volume`.
  var name: String { get }
  var schema: ResourceSchema { get }

  /// Creates the resource and returns when it is ready for use.
  func create(_ call: ResourceCall) async throws -> PhysicalResource
  /// Changes the resource in place; called only when the schema allows it for every changed property.
  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource
  /// Deletes the resource and returns when it is gone; one that is gone already is a success.
  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws
}

/// What exists in the cloud for one logical resource.
package struct PhysicalResource: Sendable, Hashable {
  /// The identifier that the cloud knows it by.
  package var id: String
  /// What `Ref` gives.
  package var reference: Value
  /// What `Fn::GetAtt` gives, by attribute name.
  ///
  /// Those named in `secretAttributes` are never shown.
  package var attributes: OrderedDictionary<String, Value>
  package var secretAttributes: Set<String>
  /// What the type must know to change or delete it later, such as the ids of parts.
  package var notes: OrderedDictionary<String, Value>

  package init(
    id: String, reference: Value? = nil, attributes: OrderedDictionary<String, Value> = [:],
    secretAttributes: Set<String> = [], notes: OrderedDictionary<String, Value> = [:]
  ) {
    self.id = id
    self.reference = reference ?? .string(id)
    self.attributes = attributes
    self.secretAttributes = secretAttributes
    self.notes = notes
  }
}

/// Properties as a resource type gets them: evaluated, checked against its schema, scalars in the schema's
/// types.
package struct Properties: Sendable, Hashable {
  package var values: OrderedDictionary<String, Value>
  /// The names whose value a secret went into; they are sealed in the journal and hidden in plans and events.
  package var secretNames: Set<String>

  package init(_ values: OrderedDictionary<String, Value> = [:], secretNames: Set<String> = []) {
    self.values = values
    self.secretNames = secretNames
  }

  package subscript(name: String) -> Value? { values[name] }
}
