import Ambience
package import HTTP

/// Probes over the machine's own network.
///
/// Connections are opened by one thread however many probes run; pages are got by a `Transport`.
package final class NetworkProber: Prober {
  private let transport: any Transport
  private let names: NameResolver
  private let connector: Connector

  package init(transport: any Transport) {
    self.transport = transport
    names = NameResolver()
    connector = Connector()
  }

  package func connect(to address: String, port: Int, within timeout: Duration) async -> Outcome {
    guard let port = UInt16(exactly: port), port > 0 else { return .unknown("there is no port \(port)") }
    switch await names.resolve(address) {
    case .failure(let failure): return .unknown(failure.reason)
    case .success(let place): return await connector.connect(to: place, port: port, within: timeout)
    }
  }

  package func get(_ url: String, expecting expectation: HTTPExpectation, within timeout: Duration) async
    -> Outcome
  {
    do {
      let response = try await transport.send(Request(.get, url, timeout: timeout))
      return expectation.outcome(status: response.status, body: response.body)
    } catch let error as HTTPError {
      return await judge(error, url: url, timeout: timeout)
    } catch is CancellationError {
      return .unknown("cancelled")
    } catch {
      return .unknown("\(error)")
    }
  }

  /// Tells a fault of the server from one of the prober; "unreachable" may be either, so it is looked into.
  private func judge(_ error: HTTPError, url: String, timeout: Duration) async -> Outcome {
    switch error.code {
    case .badURL, .unknownHost, .badFile: return .unknown(error.detail)
    case .timedOut: return .down("no answer within \(timeout.phrase)")
    case .tls: return .down("the TLS handshake failed: \(error.detail)")
    case .connectionLost: return .down("the connection broke")
    case .badResponse: return .down("the answer isn't HTTP or too large")
    case .unreachable:
      guard let (host, port) = Self.authority(of: url) else { return .unknown(error.detail) }
      let outcome = await connect(to: host, port: port, within: timeout)
      return outcome == .up ? .unknown("unreachable, then reachable") : outcome
    }
  }

  /// The host and port of an http or https URL.
  static func authority(of url: String) -> (host: String, port: Int)? {
    guard let scheme = url.firstRange(of: "://") else { return nil }
    let isSecure = url[..<scheme.lowerBound].lowercased() == "https"
    var rest = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
    var host = rest
    var portText = ""[...]
    if rest.first == "[", let end = rest.firstIndex(of: "]") {
      host = rest[rest.index(after: rest.startIndex)..<end]
      portText = rest[rest.index(after: end)...].dropFirst()
    } else if let colon = rest.lastIndex(of: ":") {
      host = rest[..<colon]
      portText = rest[rest.index(after: colon)...]
    }
    guard !host.isEmpty else { return nil }
    if portText.isEmpty { return (String(host), isSecure ? 443 : 80) }
    return Int(portText).map { (String(host), $0) }
  }
}
