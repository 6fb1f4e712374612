import Ambience
import Document
import OpenStack
import OrderedCollections
import StackEngine

// What a stack's snapshot keeps in the cloud.
//
// A volume is kept as another volume that was copied from it. A snapshot of Cinder's would keep its volume from being
// deleted, also when an update or the way back to the snapshot replaces it, and a backup needs a service that few
// clouds run. Cinder copies volumes in use too, as they are at that moment; where it stores them with copy-on-write
// that costs no time.

extension OpenStackContext {
  /// What a server that was made from a snapshot's image has noted of it.
  static let restoredImage = "restored_image"

  /// Copies a volume and returns when the copy is whole.
  func copyVolume(_ id: String, _ call: ResourceCall) async throws -> Value {
    let volumes = cloud.volume.volumes
    let volume = try await volumeReady(id)
    let marks = OrderedDictionary(
      uniqueKeysWithValues: call.marks.sorted { $0.key < $1.key }.map { ($0, Value.string($1)) })
    let copy = try await call.stepID(
      "copy", find: { try await volumes.list(metadata: call.token).first?.id }
    ) {
      try await volumes.create(
        fields: [
          "name": .string(call.physicalName), "source_volid": .string(id),
          "size": .integer(Int64(volume.size)), "metadata": .map(marks),
          "description": .string("kept of \(call.logicalID) of the stack \(call.stack.name)"),
        ]
      ).id
    }
    _ = try await volumeReady(copy)
    return ["volume": .string(copy)]
  }

  /// Deletes what `copyVolume` has made, also where its answer was lost.
  func deleteCopies(_ content: Value?, _ call: ResourceCall) async throws {
    var copies = try await cloud.volume.volumes.list(metadata: call.token).map(\.id)
    if let known = content?["volume"]?.string, !copies.contains(known) { copies.append(known) }
    for copy in copies { try await deleteVolume(copy) }
  }

  /// Makes an image of a server's disk and returns when that is whole.
  ///
  /// - Returns: Nil for one that boots from a volume: its disk is that volume's.
  func imageDisk(ofServer id: String, _ call: ResourceCall) async throws -> Value? {
    let images = cloud.image.images
    if try await cloud.compute.servers.get(id).imageID == nil { return nil }
    let image = try await call.stepID(
      "image", find: { try await images.list(["name": call.physicalName]).first?.id }
    ) {
      try await untilAllowed(within: .seconds(600), isRepeatable: false) {
        try await cloud.compute.servers.createImage(of: id, named: call.physicalName)
      }
    }
    let end = ambient.uptime() + .seconds(3600)
    while true {
      // Nova deletes an image that it couldn't fill.
      guard let now = try await images.getIfPresent(image), !["killed", "deleted"].contains(now.status) else {
        throw ResourceError(.broken, "Nova could not make an image of server \(id)")
      }
      if now.status == "active" { return ["image": .string(image)] }
      if ambient.uptime() > end {
        throw ResourceError(.broken, "the image \(image) of server \(id) is \(now.status) after an hour")
      }
      try await ambient.sleep(ambient.jitter(.seconds(2)))
    }
  }

  /// Deletes what `imageDisk` has made, also where its answer was lost.
  func deleteImages(_ content: Value?, _ call: ResourceCall) async throws {
    let images = cloud.image.images
    var made = try await images.list(["name": call.physicalName]).map(\.id)
    if let known = content?["image"]?.string, !made.contains(known) { made.append(known) }
    for image in made { _ = try await untilAllowed { try await images.deleteIfPresent(image) } }
  }

  /// The image of a server in the words of its template, also when it was made from a snapshot's.
  func image(of server: Server, _ resource: PhysicalResource, named name: String?) async throws -> Value? {
    if let image = server.imageID, image == resource.notes[Self.restoredImage]?.string {
      return name.map { .string($0) }
    }
    return try await self.image(of: server, named: name)
  }
}

extension ResourceCall {
  /// The image that a server is made from: what a snapshot has kept of it, or what a property names.
  func bootImage(_ property: String) -> String? { content?["image"]?.string ?? text(property) }
}
