/// A machine that is reached by ssh.
package struct RemoteHost: Sendable, Hashable {
  package var address: String
  /// Nil for whom ssh's own configuration says.
  package var user: String?
  package var port: Int?
  /// The path of the private key; nil for those that ssh finds.
  package var keyFile: String?
  /// The path of the file of known hosts; nil for ssh's own.
  package var knownHosts: String?
  /// What the server that is meant is known by, its disk's age included; nil for whichever machine has the address.
  package var server: String?

  package init(_ address: String, user: String? = nil, port: Int? = nil, keyFile: String? = nil) {
    self.address = address
    self.user = user
    self.port = port
    self.keyFile = keyFile
  }

  /// What ssh is told to run a command there.
  func arguments(_ command: String, within timeout: Duration) -> [String] {
    let seconds = max(1, Int(timeout.inSeconds.rounded(.up)))
    var words = ["-n", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=\(seconds)"]
    words += ["-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR"]
    if let alias { words += ["-o", "HostKeyAlias=\(alias)"] }
    if let knownHosts {
      // It would read a space as the end of the name, and a percent sign as the beginning of something else.
      words += ["-o", "UserKnownHostsFile=\"\(knownHosts.replacing("%", with: "%%"))\""]
    }
    if let user { words += ["-l", user] }
    if let port { words += ["-p", "\(port)"] }
    if let keyFile { words += ["-i", keyFile] }
    return words + ["--", address, command]
  }

  /// What ssh knows the machine's key by.
  ///
  /// An address goes on to the server that replaces another, or stands in for it; a key doesn't. So a key is that of one
  /// server at one address: a new server may have a new one, and a server that is known must keep its own. A name is
  /// left to those who gave it, who may vouch for it by certificates.
  private var alias: String? {
    guard let server, !server.isEmpty, SocketAddress(numeric: address) != nil,
      server.utf8.allSatisfy(Self.isPlain)
    else { return nil }
    return "kiln.\(server).\(address)" + (port.map { ".\($0)" } ?? "")
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
      true
    default: false
    }
  }
}
