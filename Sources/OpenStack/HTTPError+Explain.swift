package import Document
package import HTTP

extension HTTPError {
  /// What happened, as the end of a sentence.
  var sentence: String {
    switch code {
    case .badURL: "the URL \(url) can't be used"
    case .unknownHost: "the host name \(hostName) is unknown"
    case .unreachable: "nothing can be reached at \(host)"
    case .timedOut: "\(host) took too long"
    case .tls: "the TLS connection to \(host) failed (\(detail))"
    case .connectionLost: "the connection to \(host) broke"
    case .badFile: "\(detail)"
    case .badResponse: "what \(host) sent is no usable HTTP answer (\(detail))"
    }
  }

  var hint: String? {
    switch code {
    case .badURL: "a URL has the form http://HOST:PORT/PATH"
    case .unknownHost: "check the host in auth_url or the endpoint, and the name server"
    case .unreachable: "check that the service runs there, and that no firewall or VPN is in the way"
    case .timedOut: "the service may be overloaded, or a firewall may drop what is sent to it"
    case .tls where detail.contains("SSL connect error") || detail.contains("wrong version"):
      "what listens there may speak plain HTTP: try http:// in auth_url or the endpoint"
    case .tls where detail.contains("no alternative certificate subject name"):
      "the certificate is for another host: use a name that is in it"
    case .tls: "give the cloud's CA certificate as cacert in clouds.yaml, or OS_CACERT"
    case .connectionLost: "the service may have restarted; try again"
    case .badFile: "check the path, and who may use it"
    case .badResponse: "check that the port is the service's"
    }
  }

  /// The host and port of the URL.
  var host: String {
    guard let scheme = url.ranges(of: "://").first else { return url }
    let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
    return String(authority.split(separator: "@").last ?? authority)
  }

  private var hostName: String {
    guard let colon = host.lastIndex(of: ":"), host[colon...].dropFirst().allSatisfy(\.isNumber) else {
      return host
    }
    return String(host[..<colon])
  }
}

extension HTTPError: Explainable {
  package var diagnostics: [Diagnostic] { [Diagnostic(code.rawValue, sentence, hint: hint)] }
}
