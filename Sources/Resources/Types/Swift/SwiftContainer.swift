import Document
import OpenStack
import OrderedCollections
import StackEngine
import Templates

/// `OS::Swift::Container`: a container of objects; its name is its id.
struct SwiftContainer: ResourceType {
  let name = "OS::Swift::Container"
  let schema: ResourceSchema
  /// Two of one name are one and the same: the old one's deletion would take the new one away.
  let replacesAfterDelete = true
  let notesItsHolders = true
  let context: OpenStackContext

  func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let container = call.text("name") ?? call.physicalName
    // What was there before is taken over, but isn't deleted when the creation fails.
    _ = try await call.step(Self.isForeign) {
      .bool(try await context.claims(onContainer: container)?.isEmpty ?? false)
    }
    _ = try await call.step("container") {
      try await context.putContainer(container, headers(call))
      return .string(container)
    }
    if let account = call.properties["X-Account-Meta"]?.map {
      try await context.postAccount(
        Dictionary(account.map { ("X-Account-Meta-\($0)", $1.scalarText ?? "") }, uniquingKeysWith: { $1 }))
    }
    return try await context.describeContainer(container)
  }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    let steps = try await call.journal.entries()
    let isForeign = steps.lazy.compactMap { step -> Value? in
      guard step.key == Self.isForeign, case .done(let value) = step.record else { return nil }
      return value
    }.first
    guard let isForeign, steps.contains(where: { $0.key == "container" }) else { return nil }
    return PhysicalResource(id: call.text("name") ?? call.physicalName, notes: [Self.isForeign: isForeign])
  }

  /// Whether a container was there before, and no resource's.
  private static let isForeign = "foreign"

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    guard var claims = try await context.claims(onContainer: resource.id) else { return }
    let own = ContainerClaim(call)
    let isForeign = resource.notes[Self.isForeign]?.bool == true
    // Another resource of the name may have it too: one that took it over since, or the one that it was taken from.
    if claims.contains(own), isForeign || claims.count > 1 {
      try await context.release(own, onContainer: resource.id)
      // The other may have let go at the same time.
      guard let left = try await context.claims(onContainer: resource.id) else { return }
      claims = left
    }
    if isForeign || claims.contains(where: { $0 != own }) { return }
    if call.properties["PurgeOnDelete"]?.bool == true { try await context.empty(resource.id) }
    try await context.deleteContainer(resource.id)
  }

  func refreshed(_ resource: PhysicalResource) async throws -> PhysicalResource {
    try await context.describeContainer(resource.id)
  }

  func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    do {
      return Observation(.sound, try await context.describeContainer(resource.id))
    } catch let error as OpenStackError where error.code == .notFound {
      return .gone(resource)
    }
  }

  private func headers(_ call: ResourceCall) -> [String: String] {
    var headers = [ContainerClaim(call).header: "1"]
    for name in ["X-Container-Read", "X-Container-Write"] {
      if let text = call.text(name) { headers[name] = text }
    }
    for (name, value) in call.properties["X-Container-Meta"]?.map ?? [:] {
      headers["X-Container-Meta-\(name)"] = value.scalarText ?? ""
    }
    return headers
  }
}
