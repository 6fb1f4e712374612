package import EmbeddedCloud
package import HighAvailability
package import OpenStack
package import StackEngine

/// One cloud, the engine that keeps stacks on it, and how to reach what runs in its servers.
package struct CloudSession: Sendable {
  /// The name in `clouds.yaml`, `envvars`, or `embedded`.
  package let name: String
  package let cloud: Cloud
  package let engine: Engine
  /// What a supervisor of applications on this cloud works with.
  package let surroundings: Supervisor.Surroundings
  /// The cloud itself where it is the one in memory, whose guests and faults are within reach.
  package let embedded: EmbeddedCloud?

  package init(
    name: String, cloud: Cloud, engine: Engine, surroundings: Supervisor.Surroundings,
    embedded: EmbeddedCloud? = nil
  ) {
    self.name = name
    self.cloud = cloud
    self.engine = engine
    self.surroundings = surroundings
    self.embedded = embedded
  }
}

extension CloudSession {
  /// Logs in, so that a wrong password or an unreachable cloud is told before any plan is made.
  package func ready() async throws { await engine.work(for: try await cloud.identity.currentProject().id) }
}

/// The clouds that a program works with, each opened when it is first needed.
package actor Sessions {
  private let open: @Sendable (String) async throws -> CloudSession
  private var opening: [String: Task<CloudSession, any Error>] = [:]

  /// The cloud that is meant when none is named.
  package nonisolated let defaultName: String

  package init(defaultName: String, open: @escaping @Sendable (String) async throws -> CloudSession) {
    self.defaultName = defaultName
    self.open = open
  }

  /// The session of a cloud; a cloud that couldn't be opened is tried again the next time.
  package func session(_ name: String? = nil) async throws -> CloudSession {
    let name = name ?? defaultName
    let task = opening[name] ?? Task { [open] in try await open(name) }
    opening[name] = task
    do {
      return try await task.value
    } catch {
      opening[name] = nil
      throw error
    }
  }

  /// The sessions that are open.
  package func opened() async -> [CloudSession] {
    var sessions: [CloudSession] = []
    for task in opening.values {
      if let session = try? await task.value { sessions.append(session) }
    }
    return sessions
  }
}
