import HighAvailability
import LuaRuntime

extension RemoteCommand {
  /// How a machine is reached by ssh, as scripts say it.
  static let parameters = [
    LuaParameter("user", .optional(.string)), LuaParameter("port", .optional(.integer)),
    LuaParameter("key_file", .optional(.string), "The path of the private key."),
    LuaParameter(
      "known_hosts", .optional(.string), "The path of the file of known hosts; ssh's own if not given."),
  ]

  /// A command with these options.
  init(_ command: String, _ options: LuaArguments) throws {
    self.init(
      command, user: try options.optional("user"), port: try options.optional("port"),
      keyFile: try options.optional("key_file"), knownHosts: try options.optional("known_hosts"))
  }
}
