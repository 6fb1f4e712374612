import OrderedCollections

/// A guest in a server of an embedded cloud, to look at and to break.
package struct Guest: Sendable {
  private let cloud: EmbeddedCloud
  package let serverID: String

  fileprivate init(_ cloud: EmbeddedCloud, _ serverID: String) {
    self.cloud = cloud
    self.serverID = serverID
  }

  package var applicationIsUp: Bool {
    get async throws { try await cloud.applicationIsUp(on: serverID) }
  }

  /// Stops the application from answering until a remedy is applied that is strong enough.
  package func breakApplication(until remedy: Remedy = .restart) async throws {
    try await cloud.breakApplication(on: serverID, until: remedy)
  }

  package func restartService(_ name: String) async throws {
    try await cloud.restartService(name, on: serverID)
  }

  /// Lets the system hang: nothing answers until a hard reboot.
  package func hang() async throws { try await cloud.hang(serverID) }
}

extension EmbeddedCloud {
  /// The guest of a server that has booted.
  package func guest(_ serverID: String) throws -> Guest {
    _ = try state(of: serverID)
    return Guest(self, serverID)
  }

  /// Whether the application in a server answers.
  package func applicationIsUp(on server: String) throws -> Bool { try state(of: server).applicationIsUp }

  /// Stops the application in a server from answering until a remedy is applied that is strong enough.
  ///
  /// So many times it fails again at its start all the same.
  package func breakApplication(on server: String, until remedy: Remedy, relapses: Int = 0) throws {
    _ = try state(of: server)
    guests[server]?.needs = remedy
    guests[server]?.relapses = relapses
  }

  /// What it takes to make the application in a server answer again; nil when it does, or nothing runs there.
  package func remedy(for server: String) -> Remedy? {
    advance()
    guard let guest = guests[server] else { return nil }
    return guest.hangs ? max(.hardReboot, guest.needs ?? .restart) : guest.needs
  }

  /// Restarts a service in a server, as an operator would.
  package func restartService(_ name: String, on server: String) throws {
    guard try state(of: server).isRunning else { throw Self.notBooted(server) }
    guests[server]?.heal(by: .restart)
  }

  /// Lets a server's system hang: nothing answers until a hard reboot.
  package func hang(_ server: String) throws {
    _ = try state(of: server)
    guests[server]?.hangs = true
  }

  private func state(of server: String) throws -> GuestState {
    advance()
    guard servers[server] != nil else {
      throw EmbeddedCloudError(.unknownServer, "the embedded cloud has no server \(server)")
    }
    guard let guest = guests[server] else { throw Self.notBooted(server) }
    return guest
  }

  private static func notBooted(_ server: String) -> EmbeddedCloudError {
    EmbeddedCloudError(
      .notBooted, "nothing runs in server \(server)",
      hint: "wait until it is ACTIVE and some moments longer, as for any server to boot")
  }
}
