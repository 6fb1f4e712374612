/// A machine that is reached by ssh.
package struct RemoteHost: Sendable, Hashable {
  package var address: String
  /// Nil for whom ssh's own configuration says.
  package var user: String?
  package var port: Int?
  /// The path of the private key; nil for those that ssh finds.
  package var keyFile: String?

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
    // A server that was replaced has a new key; one that is known must keep its own.
    words += ["-o", "StrictHostKeyChecking=accept-new", "-o", "LogLevel=ERROR"]
    if let user { words += ["-l", user] }
    if let port { words += ["-p", "\(port)"] }
    if let keyFile { words += ["-i", keyFile] }
    return words + ["--", address, command]
  }
}
