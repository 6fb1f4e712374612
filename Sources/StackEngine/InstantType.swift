import Ambience
import Document

/// A type whose resources are nothing but their stack's record of them, made from their properties at once.
///
/// Making, changing and deleting one changes nothing outside of that record, so it may be done again without harm. The
/// engine takes such steps one after the other without a task for each, and keeps many in one write of the journal.
package protocol InstantType: ResourceType {
  /// The resource that the properties say; called again when a process dies before it is kept.
  func made(_ call: ResourceCall) throws -> PhysicalResource
  /// What a resource becomes; called only when no changed property makes a new one.
  func changed(_ resource: PhysicalResource, _ call: ResourceCall) throws -> PhysicalResource
}

extension InstantType {
  package func changed(_ resource: PhysicalResource, _ call: ResourceCall) throws -> PhysicalResource {
    var now = try made(call)
    now.id = resource.id
    return now
  }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource { try made(call) }
  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try changed(resource, call)
  }
  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {}
}

extension ResourceCall {
  /// A call of a type that takes no steps.
  static func instant(
    _ resource: ResourceRecord, of stack: StackIdentity, previous: Properties? = nil,
    signals: any SignalBox, ambient: Ambient
  ) -> ResourceCall {
    var call = ResourceCall(
      stack: stack, logicalID: resource.logicalID, properties: resource.properties, previous: previous,
      metadata: resource.metadata, physicalName: resource.physicalName, ambient: ambient, journal: NoSteps(),
      signals: signals)
    call.stackTags = resource.tags
    return call
  }
}
