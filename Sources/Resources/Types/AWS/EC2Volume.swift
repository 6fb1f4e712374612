import Ambience
import Document
import OpenStack
import OrderedCollections
package import StackEngine
package import Templates

/// `AWS::EC2::Volume`: a Cinder volume.
package struct EC2Volume: ResourceType {
  package let name = "AWS::EC2::Volume"
  package let schema: ResourceSchema
  let context: OpenStackContext
  private var volumes: Calls<Volume> { context.cloud.volume.volumes }

  package func create(_ call: ResourceCall) async throws -> PhysicalResource {
    let id = try await call.stepID("volume", find: { try await find(call)?.id }) {
      try await volumes.create(draft(call)).id
    }
    _ = try await context.volumes.wait(for: id, to: "become available", within: .seconds(1800)) { volume in
      guard let volume else { throw ResourceError(.broken, "volume \(id) is gone") }
      if volume.status.hasPrefix("error") {
        throw ResourceError(.broken, "Cinder could not make volume \(id): its status is \(volume.status)")
      }
      return ["available", "in-use"].contains(volume.status) ? true : nil
    }
    return PhysicalResource(id: id)
  }

  package func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    resource
  }

  package func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    if call.keepsSnapshot { try await backUp(resource.id, call) }
    try await context.untilAllowed(within: .seconds(300)) {
      do {
        try await volumes.deleteIfPresent(resource.id)
      } catch let error as OpenStackError where error.code == .badRequest {
        // Cinder answers 400 where others say 409.
        throw OpenStackError(.conflict, error.message, status: 400, service: .volume)
      }
    }
    _ = try await context.volumes.wait(for: resource.id, to: "go away", within: .seconds(900)) { volume in
      if volume?.status == "error_deleting" {
        throw ResourceError(.broken, "Cinder could not delete volume \(resource.id)")
      }
      return volume == nil ? true : nil
    }
  }

  package func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await find(call).map { PhysicalResource(id: $0.id) }
  }

  private func find(_ call: ResourceCall) async throws -> Volume? {
    try await volumes.list(metadata: call.token).first
  }

  private func draft(_ call: ResourceCall) async throws -> NewVolume {
    var source = NewVolume.Source.empty
    if let id = call.text("SnapshotId") {
      let snapshot = try await context.cloud.volume.snapshots.getIfPresent(id)
      source = snapshot == nil ? .backup(id) : .snapshot(id)
    }
    let size = call.properties["Size"]?.integer.map { Int($0) }
    if size == nil, source == .empty {
      throw ResourceError(.badProperty, "\(call.logicalID) needs Size or SnapshotId")
    }
    return NewVolume(
      name: call.physicalName, size: size, source: source, availabilityZone: call.text("AvailabilityZone"),
      metadata: call.tags.merging(call.marks) { $1 })
  }

  /// `DeletionPolicy: Snapshot`: a backup, as a snapshot would forbid to delete the volume.
  private func backUp(_ id: String, _ call: ResourceCall) async throws {
    let backups = context.cloud.volume.backups
    let name = "\(call.physicalName)-kept"
    guard try await volumes.getIfPresent(id) != nil else { return }
    let backup = try await call.stepID("backup", find: { try await backups.list(["name": name]).first?.id }) {
      try await backups.create(NewBackup(name: name, volumeID: id)).id
    }
    let end = context.ambient.uptime() + .seconds(3600)
    while true {
      let now = try await backups.get(backup)
      if now.status == "available" { return }
      if now.status.hasPrefix("error") || context.ambient.uptime() > end {
        throw ResourceError(.broken, "the backup \(backup) of volume \(id) did not succeed")
      }
      try await context.ambient.sleep(context.ambient.jitter(.seconds(5)))
    }
  }
}
