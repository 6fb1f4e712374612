import Ambience
import Document
import HTTP
import OrderedCollections

// Guests as they are seen from outside.

extension EmbeddedCloud {
  /// Where a prober's packets come from.
  private static let outside = IPv4Range.address("203.0.113.1")

  /// Tries to connect to an address of a server.
  ///
  /// A floating IP is reached from outside, if security groups let it; a fixed address from a neighbour in the
  /// same groups.
  package func connect(_ address: String, port number: Int) -> ProbeAnswer {
    advance()
    guard let (id, port, isFloating) = destination(address) else { return .silent }
    if let answer = balanced(port, at: number) { return answer }
    guard let server = servers[id],
      [.active, .resized].contains(server.state.machine), let guest = guests[id], guest.isRunning,
      !guest.hangs
    else { return .silent }
    let isAllowed =
      !checksSecurityGroups || !isFloating || letsIn(port, tcp: number, from: Self.outside)
    guard isAllowed else { return .silent }
    guard guest.ports.contains(number) else { return .refused }
    return number != 22 && guest.needs != nil ? .refused : .open
  }

  private func destination(_ address: String) -> (server: String, port: Fields, isFloating: Bool)? {
    let floating = all(.floatingIPs).first { $0.text("floating_ip_address") == address }?.text("port_id")
    let found = all(.ports).first { port in
      if let floating { return port.text("id") == floating }
      return (port["fixed_ips"]?.list ?? []).contains { $0["ip_address"]?.string == address }
    }
    guard let port = found, !port.text("device_id").isEmpty else { return nil }
    return (port.text("device_id"), port, floating != nil)
  }

  /// Answers a request for a page of a guest's.
  func page(_ asked: Asked) async throws -> Response {
    let parts = asked.host.split(separator: ":")
    let number = parts.count > 1 ? Int(parts[1]) ?? 80 : 80
    let url = "http://\(asked.host)/" + asked.path.joined(separator: "/")
    switch connect(String(parts.first ?? ""), port: number) {
    case .open:
      let html = "<html><title>WordPress</title><h1>Just another WordPress site</h1></html>\n"
      return Response(
        status: 200,
        headers: ["Content-Type": "text/html; charset=UTF-8", "Server": "Apache/2.2.22 (Fedora)"],
        body: asked.method == .head ? [] : Array(html.utf8))
    case .refused: throw HTTPError(.unreachable, url: url, detail: "connection refused")
    case .silent:
      try await ambient.sleep(asked.timeout)
      throw HTTPError(.timedOut, url: url, detail: "no answer within \(asked.timeout)")
    }
  }
}
