import Ambience
import OpenStack
import StackEngine

extension OpenStackContext {
  /// Waits until a volume is there and Cinder is doing nothing with it.
  func volumeReady(_ id: String) async throws -> Volume {
    try await volumes.wait(for: id, to: "become available", within: .seconds(1800)) { volume in
      guard let volume else { throw ResourceError(.broken, "volume \(id) is gone") }
      if volume.status.hasPrefix("error") {
        throw ResourceError(.broken, "Cinder could not make volume \(id): its status is \(volume.status)")
      }
      return ["available", "in-use"].contains(volume.status) ? volume : nil
    }
  }

  /// Deletes a volume and waits until it is gone.
  func deleteVolume(_ id: String) async throws {
    try await untilAllowed(within: .seconds(300)) {
      do {
        try await cloud.volume.volumes.deleteIfPresent(id)
      } catch let error as OpenStackError where error.code == .badRequest {
        // Cinder answers 400 where others say 409.
        throw OpenStackError(.conflict, error.message, status: 400, service: .volume)
      }
    }
    _ = try await volumes.wait(for: id, to: "go away", within: .seconds(900)) { volume in
      if volume?.status == "error_deleting" {
        throw ResourceError(.broken, "Cinder could not delete volume \(id)")
      }
      return volume == nil ? true : nil
    }
  }

  /// `DeletionPolicy: Snapshot`: a backup, as a snapshot would forbid to delete the volume.
  func backUp(_ id: String, _ call: ResourceCall) async throws {
    let backups = cloud.volume.backups
    let name = "\(call.physicalName)-kept"
    guard try await cloud.volume.volumes.getIfPresent(id) != nil else { return }
    let backup = try await call.stepID("backup", find: { try await backups.list(["name": name]).first?.id }) {
      try await backups.create(NewBackup(name: name, volumeID: id)).id
    }
    let end = ambient.uptime() + .seconds(3600)
    while true {
      let now = try await backups.get(backup)
      if now.status == "available" { return }
      if now.status.hasPrefix("error") || ambient.uptime() > end {
        throw ResourceError(.broken, "the backup \(backup) of volume \(id) did not succeed")
      }
      try await ambient.sleep(ambient.jitter(.seconds(5)))
    }
  }
}
