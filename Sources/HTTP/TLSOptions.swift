/// How a transport proves servers, and itself, over TLS.
package struct TLSOptions: Sendable, Hashable {
  /// Whether a server's certificate and host name are checked.
  package var verifies: Bool
  /// The path of a file of PEM certificates to trust instead of the system's.
  package var authorityFile: String?
  /// The path of the client's own certificate, in PEM, with its chain and, unless `keyFile` is given, its key.
  package var certificateFile: String?
  /// The path of the client's private key, in PEM.
  package var keyFile: String?

  package init(
    verifies: Bool = true, authorityFile: String? = nil, certificateFile: String? = nil,
    keyFile: String? = nil
  ) {
    self.verifies = verifies
    self.authorityFile = authorityFile
    self.certificateFile = certificateFile
    self.keyFile = keyFile
  }
}
