import Document
import OpenStack
import StackEngine

extension OpenStackContext {
  /// Attaches a volume and returns when it is there.
  func attach(
    _ volume: String, to server: String, device: String?, key: String, _ call: ResourceCall
  ) async throws {
    let servers = cloud.compute.servers
    _ = try await call.step(key, find: { try await isAttached(volume, to: server) ? true : nil }) {
      var isFirst = true
      try await untilAllowed {
        // An answer may have been lost.
        if !isFirst, try await isAttached(volume, to: server) { return }
        isFirst = false
        _ = try await servers.attachVolume(volume, to: server, device: device)
      }
      return true
    }
    _ = try await volumes.wait(for: volume, to: "be attached", within: .seconds(600)) { found in
      guard let found else { throw ResourceError(.broken, "volume \(volume) is gone") }
      if found.status.hasPrefix("error") {
        throw ResourceError(.broken, "volume \(volume) can't be attached: its status is \(found.status)")
      }
      return found.status == "in-use" && found.attachments.contains { $0.serverID == server } ? true : nil
    }
  }

  /// Detaches a volume and returns when it is free or gone; one that isn't attached is a success.
  func detach(_ volume: String, from server: String) async throws {
    try await untilAllowed {
      guard try await isAttached(volume, to: server) else { return }
      do {
        try await cloud.compute.servers.detachVolume(volume, from: server)
      } catch let error as OpenStackError where error.code == .notFound {}
    }
    _ = try await volumes.wait(for: volume, to: "be detached", within: .seconds(600)) { found in
      guard let found else { return true }
      return found.attachments.contains { $0.serverID == server } || found.status == "detaching" ? nil : true
    }
  }

  func isAttached(_ volume: String, to server: String) async throws -> Bool {
    do {
      return try await cloud.compute.servers.volumeAttachments(of: server).contains { $0.volumeID == volume }
    } catch let error as OpenStackError where error.code == .notFound {
      return false
    }
  }
}
