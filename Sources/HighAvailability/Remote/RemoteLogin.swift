/// As whom, and by which keys, a machine is reached by ssh.
package struct RemoteLogin: Sendable, Hashable {
  /// Nil for whom ssh's own configuration says.
  package var user: String?
  package var port: Int?
  /// The path of the private key; nil for those that ssh finds.
  package var keyFile: String?
  /// The path of the file of known hosts; nil for ssh's own.
  package var knownHosts: String?

  package init(
    user: String? = nil, port: Int? = nil, keyFile: String? = nil, knownHosts: String? = nil
  ) {
    self.user = user
    self.port = port
    self.keyFile = keyFile
    self.knownHosts = knownHosts
  }

  /// The machine at an address, which is the server known by that where one is meant.
  func host(_ address: String, server: String? = nil) -> RemoteHost {
    var host = RemoteHost(address, user: user, port: port, keyFile: keyFile)
    host.knownHosts = knownHosts
    host.server = server
    return host
  }

  func validate(_ refuse: (String, String?) -> HAError) throws(HAError) {
    if let port, !(1...65_535).contains(port) {
      throw refuse("asks port \(port)", "a port is from 1 to 65535")
    }
    if let user, user.isEmpty || user.hasPrefix("-") { throw refuse("logs in as \"\(user)\"", "name a user") }
  }
}
