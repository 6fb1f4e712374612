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

  /// Whether a change of a property makes a new resource, by what the properties are to be as far as that is known.
  func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool

  /// Creates the resource and returns when it is ready for use.
  func create(_ call: ResourceCall) async throws -> PhysicalResource
  /// Changes the resource in place; called only when no changed property makes a new one.
  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource
  /// Deletes the resource and returns when it is gone; one that is gone already is a success.
  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws

  /// The resource with the attributes that it has by now, as those of others may have changed them.
  ///
  /// Asked for outputs only: what other resources were given stays what it was, or each update would replace them.
  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource

  /// Asks the cloud what has become of a resource, or of one that is to be taken into a stack.
  ///
  /// - Returns: Nil when the type can't ask.
  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation?

  /// What a create that failed, was cancelled or was cut off has left in the cloud, for deletion; nil for nothing.
  ///
  /// Asked only when that create had begun a step; `call.journal` is the journal of that create. A type whose
  /// lost calls can leave something looks for it by `call.physicalName` here.
  func remains(_ call: ResourceCall) async throws -> PhysicalResource?
  /// Whether a replacement can exist only once the old resource is gone, as for what holds a name or a port.
  var replacesAfterDelete: Bool { get }
  /// The same where it depends on what the old one and its replacement have, as a server's ports.
  func replacesAfterDelete(_ old: Properties, by new: Properties) -> Bool
  /// Whether what exists notes itself which resources have it, so that its deletion by one of several is that one's
  /// leave. The engine leaves alone what another resource of the stack has, where that isn't so.
  var notesItsHolders: Bool { get }
  /// Whether its creation only waits for others, so that it is cut off once the operation has failed.
  var onlyWaits: Bool { get }
  /// Whether its resources carry the stack's tags, and are updated when those change.
  var carriesStackTags: Bool { get }
}

extension ResourceType {
  package func replaces(_ property: String, _ wanted: OrderedDictionary<String, Evaluated>) -> Bool {
    schema.effect(ofChanging: property) == .replacement
  }

  /// The results of the create's steps as notes, by step key, under the first result's text or `id`.
  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    PhysicalResource(madeBy: try await call.journal.entries())
  }

  package func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource { resource }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    nil
  }

  package var replacesAfterDelete: Bool { false }
  package func replacesAfterDelete(_ old: Properties, by new: Properties) -> Bool { replacesAfterDelete }
  package var notesItsHolders: Bool { false }
  package var onlyWaits: Bool { false }
  package var carriesStackTags: Bool { false }
}

/// What exists in the cloud for one logical resource.
package struct PhysicalResource: Sendable, Hashable {
  /// The identifier that the cloud knows it by.
  package var id: String
  /// What `Ref` gives; a secret one is the attribute `Ref` instead.
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

extension PhysicalResource {
  /// What the steps of a create have made: their results as notes, under the first one's text or `id`.
  init?(madeBy steps: [StepEntry]) {
    var notes: OrderedDictionary<String, Value> = [:]
    for step in steps {
      if case .done(let result) = step.record { notes[step.key] = result }
    }
    guard let id = notes.values.lazy.compactMap({ $0.string ?? $0["id"]?.string }).first else { return nil }
    self.init(id: id, notes: notes)
  }

  /// How often a server was given a fresh disk, which knows nothing of what was on the one before.
  package var rebuilds: Int {
    get { notes["rebuilds"]?.integer.map { Int($0) } ?? 0 }
    set { notes["rebuilds"] = newValue == 0 ? nil : .integer(Int64(newValue)) }
  }

  /// The name of the stack that it is itself; nil for all that aren't stacks.
  var nestedStack: String? { notes["nested"]?.string }
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
