import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// What joins things of the cloud and is nothing by itself: joined by one change, which may be made twice, and parted
/// by another.
struct Link: Sendable {
  typealias Ends = OrderedDictionary<String, Value>

  let type: String
  /// The ids of what is joined, and all else that joining and parting need.
  let ends: @Sendable (ResourceCall, OpenStackContext) async throws -> Ends
  let join: @Sendable (Ends, OpenStackContext) async throws -> Void
  let part: @Sendable (Ends, OpenStackContext) async throws -> Void
  /// Whether the cloud has it still; not to be asked for if nil.
  var stands: (@Sendable (Ends, OpenStackContext) async throws -> Bool)?
  /// What the link is called by; the physical name if nil.
  var id: (@Sendable (Ends) -> String)?
  var attributes: @Sendable (Ends) -> Ends = { _ in [:] }

  init(
    _ type: String, ends: @escaping @Sendable (ResourceCall, OpenStackContext) async throws -> Ends,
    join: @escaping @Sendable (Ends, OpenStackContext) async throws -> Void,
    part: @escaping @Sendable (Ends, OpenStackContext) async throws -> Void,
    stands: (@Sendable (Ends, OpenStackContext) async throws -> Bool)? = nil,
    id: (@Sendable (Ends) -> String)? = nil
  ) {
    self.type = type
    self.ends = ends
    self.join = join
    self.part = part
    self.stands = stands
    self.id = id
  }
}

/// A type whose resources are links.
struct LinkType: ResourceType {
  let link: Link
  let schema: ResourceSchema
  let context: OpenStackContext

  var name: String { link.type }
  /// Two links of the same things can't exist beside each other.
  var replacesAfterDelete: Bool { true }

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let ends = try await link.ends(call, context)
    _ = try await call.step("join") {
      try await link.join(ends, context)
      return .map(ends)
    }
    return physical(call, ends)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    let ends = try await link.ends(call, context)
    if ends != resource.notes { try await link.part(resource.notes, context) }
    // Also where they are the same: an update that didn't end may have parted them.
    try await link.join(ends, context)
    var now = physical(call, ends)
    now.id = resource.id
    now.reference = resource.reference
    return now
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    do {
      try await link.part(resource.notes, context)
    } catch let error as OpenStackError where error.code == .notFound {}
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let stands = link.stands else { return nil }
    let ends = resource.notes.isEmpty ? try await link.ends(call, context) : resource.notes
    var now = physical(call, ends)
    now.id = resource.id
    return Observation(try await stands(ends, context) ? .sound : .gone, now)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    physical(call, try await link.ends(call, context))
  }

  private func physical(_ call: ResourceCall, _ ends: Link.Ends) -> PhysicalResource {
    PhysicalResource(
      id: link.id?(ends) ?? call.physicalName, attributes: link.attributes(ends), notes: ends)
  }
}

extension Link.Ends {
  func text(_ name: String) -> String { self[name]?.scalarText ?? "" }
}
