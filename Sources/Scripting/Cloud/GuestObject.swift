import Document
import EmbeddedCloud
import LuaRuntime

/// What runs in a server of the embedded cloud, for scripts that try out how it fails and heals.
final class GuestObject: LuaObject {
  private let cloud: EmbeddedCloud
  private let server: String

  /// Throws when nothing runs in the server.
  init(_ cloud: EmbeddedCloud, server: String) async throws {
    self.cloud = cloud
    self.server = server
    _ = try await cloud.applicationIsUp(on: server)
  }

  static let luaClass = LuaClass("kiln.Guest", "What runs in a server of the embedded cloud.") {
    AsyncProperty("is_up", .boolean, "Whether its application answers.") { (object: GuestObject) in
      .bool((try? await object.cloud.applicationIsUp(on: object.server)) ?? false)
    }
    AsyncMethod(
      "break_application",
      "Stops the application from answering until something as strong as `until` is done.",
      [
        LuaParameter(
          "until_done", .optional(.string),
          "`restart` (the default), `soft_reboot`, `hard_reboot`, `rebuild` or `replace`.")
      ]
    ) { (object: GuestObject, arguments) in
      let name: String = try arguments.optional("until_done") ?? "restart"
      guard let remedy = Remedy(rawValue: name) else {
        let names = Remedy.allCases.map(\.rawValue)
        throw Diagnostic(
          "unknown_remedy", "there is no remedy '\(name)'",
          hint: nearest(to: name, among: names).map { "did you mean '\($0)'?" }
            ?? "the remedies are \(names.joined(separator: ", "))")
      }
      try await object.cloud.breakApplication(on: object.server, until: remedy)
      return []
    }
    AsyncMethod(
      "restart_service", "Restarts a service in the guest, as an operator would.",
      [LuaParameter("service", .string)]
    ) { (object: GuestObject, arguments) in
      try await object.cloud.restartService(arguments("service"), on: object.server)
      return []
    }
  }
}
