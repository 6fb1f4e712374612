import Ambience

/// Lets one at a time do something with what a key names.
actor Turns {
  private let ambient: Ambient
  private var taken: Set<String> = []

  init(ambient: Ambient) { self.ambient = ambient }

  func take<Result: Sendable>(_ key: String, _ body: @Sendable () async throws -> Result) async throws
    -> Result
  {
    while !taken.insert(key).inserted { try await ambient.sleep(.milliseconds(20)) }
    defer { taken.remove(key) }
    return try await body()
  }
}
