import Document
import OpenStack
import StackEngine

extension OpenStackContext {
  /// Attaches a volume and returns when it is there, with the id of the attachment.
  func attach(
    _ volume: String, to server: String, device: String?, key: String, _ call: ResourceCall
  ) async throws -> String? {
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
    return try await volumes.wait(for: volume, to: "be attached", within: .seconds(600)) {
      found -> String?? in
      guard let found else { throw ResourceError(.broken, "volume \(volume) is gone") }
      if found.status.hasPrefix("error") {
        throw ResourceError(.broken, "volume \(volume) can't be attached: its status is \(found.status)")
      }
      guard found.status == "in-use" else { return nil }
      return found.attachments.first { $0.serverID == server }.map(\.id)
    }
  }

  /// Detaches a volume and returns when it is free or gone; one that isn't attached is a success.
  ///
  /// Where the attachment is known by its id, another of the same volume to the same server is left alone: it is a
  /// later one, and some other resource's.
  func detach(_ volume: String, from server: String, attachment: String? = nil) async throws {
    if let attachment {
      let now = try await cloud.volume.volumes.getIfPresent(volume)?.attachments.first {
        $0.serverID == server
      }
      if let id = now?.id, id != attachment { return }
    }
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

  /// Whether a volume is attached to a server and stays so; what is being detached is waited for.
  func staysAttached(_ volume: String, to server: String) async throws -> Bool {
    try await volumes.wait(for: volume, to: "be attached or detached", within: .seconds(600)) { found in
      guard let found else { return false }
      return found.status == "detaching" ? nil : found.attachments.contains { $0.serverID == server }
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
