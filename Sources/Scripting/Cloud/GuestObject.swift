import LuaRuntime

/// What runs in a server of the embedded cloud, for scripts that try out how it fails and heals.
final class GuestObject: LuaObject {
  private let guest: any GuestControls

  init(_ guest: any GuestControls) { self.guest = guest }

  static let luaClass = LuaClass("kiln.Guest", "What runs in a server of the embedded cloud.") {
    AsyncProperty("is_up", .boolean, "Whether its application answers.") { (object: GuestObject) in
      .bool(await object.guest.isUp())
    }
    AsyncMethod(
      "break_application", "Stops the application from answering until something as strong as `until` is done.",
      [
        LuaParameter(
          "until_done", .optional(.string), "`restart` (the default), `soft_reboot`, `hard_reboot`, `rebuild` or `replace`.")
      ]
    ) { (object: GuestObject, arguments) in
      let name: String = try arguments.optional("until_done") ?? "restart"
      try await object.guest.breakApplication(until: name)
      return []
    }
    AsyncMethod(
      "restart_service", "Restarts a service in the guest, as an operator would.", [LuaParameter("service", .string)]
    ) { (object: GuestObject, arguments) in
      try await object.guest.restartService(arguments("service"))
      return []
    }
  }
}
