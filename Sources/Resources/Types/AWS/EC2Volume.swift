import Ambience
package import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::Volume`: a Cinder volume.
package struct EC2Volume: ResourceType {
  package let name = "AWS::EC2::Volume"
  package let schema: ResourceSchema
  let context: OpenStackContext
  package let carriesStackTags = true
  private var volumes: Calls<Volume> { context.cloud.volume.volumes }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let id = try await call.stepID("volume", find: { try await find(call)?.id }) {
      try await volumes.create(draft(call)).id
    }
    _ = try await context.volumeReady(id)
    return PhysicalResource(id: id, attributes: ["VolumeId": .string(id)])
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await context.setMetadata(
      ofVolume: resource.id, from: call.previous.map { ResourceCall.tags($0) } ?? [:], to: call.tags, call)
    return resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if call.keepsSnapshot { try await context.backUp(resource.id, call) }
    try await context.deleteVolume(resource.id)
  }

  package func observe(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Observation? {
    guard let volume = try await volumes.getIfPresent(resource.id) else { return .gone(resource) }
    var sighting = Sighting(call)
    sighting.tell("Size", .integer(Int64(volume.size)))
    sighting.tell("AvailabilityZone", volume.raw["availability_zone"])
    return Observation(
      volume.condition(Volume.kind),
      PhysicalResource(id: volume.id, attributes: ["VolumeId": .string(volume.id)]),
      properties: sighting.properties)
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0.id) }
  }

  private func find(_ call: ResourceCall) async throws -> Volume? {
    try await volumes.list(metadata: call.token).first
  }

  private func draft(_ call: ResourceCall) async throws -> NewVolume {
    var source = NewVolume.Source.empty
    if let copy = call.content?["volume"]?.string {
      source = .volume(copy)
    } else if let id = call.text("SnapshotId") {
      let snapshot = try await context.cloud.volume.snapshots.getIfPresent(id)
      source = snapshot == nil ? .backup(id) : .snapshot(id)
    }
    let size = call.properties["Size"]?.integer.map { Int($0) }
    if size == nil, source == .empty {
      throw ResourceError(.badProperty, "\(call.logicalID) needs Size or SnapshotId")
    }
    return NewVolume(
      name: call.physicalName, size: size, source: source, availabilityZone: call.text("AvailabilityZone"),
      metadata: call.labels(call.tags))
  }
}

extension EC2Volume: SnapshottableResource {
  package func snapshot(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> Value? {
    try await context.copyVolume(resource.id, call)
  }

  package func deleteSnapshot(_ content: Value?, _ call: ResourceCall) async throws {
    try await context.deleteCopies(content, call)
  }
}
