import HighAvailability
import LuaRuntime

extension RemoteLogin {
  /// How a machine is reached by ssh, as scripts say it.
  static let parameters = [
    LuaParameter("user", .optional(.string)), LuaParameter("port", .optional(.integer)),
    LuaParameter("key_file", .optional(.string), "The path of the private key."),
    LuaParameter(
      "known_hosts", .optional(.string), "The path of the file of known hosts; ssh's own if not given."),
  ]

  init(_ options: LuaArguments) throws {
    self.init(
      user: try options.optional("user"), port: try options.optional("port"),
      keyFile: try options.optional("key_file"), knownHosts: try options.optional("known_hosts"))
  }
}
