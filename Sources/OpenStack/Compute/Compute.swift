/// Nova's calls (Compute API v2.1).
package struct Compute: Sendable {
  let cloud: Cloud

  package var servers: Calls<Server> { Calls(cloud) }
  package var flavors: Calls<Flavor> { Calls(cloud) }
  package var keyPairs: Calls<KeyPair> { Calls(cloud) }
  package var availabilityZones: Calls<AvailabilityZone> { Calls(cloud) }

  /// What the project may use of Nova and what it uses.
  package func limits() async throws -> ComputeLimits {
    let answer = try await cloud.send(Call(.compute, "GET", "/limits"))
    guard let limits = ComputeLimits(try answer.value()) else {
      throw answer.unexpected("it holds no limits")
    }
    return limits
  }
}
