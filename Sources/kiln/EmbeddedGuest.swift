import Document
import EmbeddedCloud
import Scripting

/// A guest of the embedded cloud, as scripts control it.
struct EmbeddedGuest: GuestControls {
  private let cloud: EmbeddedCloud
  private let server: String

  /// Throws when nothing runs in the server.
  init(_ cloud: EmbeddedCloud, server: String) async throws {
    self.cloud = cloud
    self.server = server
    _ = try await cloud.applicationIsUp(on: server)
  }

  func isUp() async -> Bool { (try? await cloud.applicationIsUp(on: server)) ?? false }

  func breakApplication(until remedy: String) async throws {
    guard let known = Remedy(rawValue: remedy) else {
      let names = Remedy.allCases.map(\.rawValue)
      throw Diagnostic(
        "unknown_remedy", "there is no remedy '\(remedy)'",
        hint: nearest(to: remedy, among: names).map { "did you mean '\($0)'?" }
          ?? "the remedies are \(names.joined(separator: ", "))")
    }
    try await cloud.breakApplication(on: server, until: known)
  }

  func restartService(_ name: String) async throws { try await cloud.restartService(name, on: server) }
}
