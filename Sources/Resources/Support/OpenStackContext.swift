package import Ambience
import Document
package import OpenStack

/// What all resource types share: the cloud, and the waiting for its servers and volumes.
package struct OpenStackContext: Sendable {
  let cloud: Cloud
  let ambient: Ambient
  let servers: Watch<Server>
  let volumes: Watch<Volume>
  let names: NameBook
  let turns: Turns
  /// Reads the text at an address, as templates name each other by.
  let fetch: @Sendable (_ address: String) async throws -> String

  package init(
    cloud: Cloud, ambient: Ambient, fetch: @escaping @Sendable (_ address: String) async throws -> String
  ) {
    self.fetch = fetch
    self.cloud = cloud
    self.ambient = ambient
    servers = Watch("server", ambient: ambient) { try await cloud.compute.servers.list() }
    names = NameBook(cloud: cloud, ambient: ambient)
    turns = Turns(ambient: ambient)
    volumes = Watch("volume", ambient: ambient) { try await cloud.volume.volumes.list() }
  }

  /// Makes a call, again and again where the cloud may forbid it for a while.
  func untilAllowed<Result>(_ mayBeForbidden: Bool, _ body: () async throws -> Result) async throws -> Result
  {
    // What is made mustn't be made again when only the answer was lost.
    try await mayBeForbidden ? untilAllowed(within: .seconds(600), isRepeatable: false, body) : body()
  }

  /// Makes a call again while the cloud says that the resource is in a state that forbids it, and when it may have
  /// been lost unless that `isRepeatable` is false.
  func untilAllowed<Result>(
    within limit: Duration = .seconds(120), isRepeatable: Bool = true, _ body: () async throws -> Result
  ) async throws -> Result {
    let end = ambient.uptime() + limit
    var pause = Duration.seconds(1)
    while true {
      do {
        return try await body()
      } catch let error as OpenStackError where error.code == .conflict || isRepeatable && error.mayPass {
        if ambient.uptime() + pause >= end { throw error }
        try await ambient.sleep(ambient.jitter(pause))
        pause = min(pause * 2, .seconds(8))
      }
    }
  }
}
