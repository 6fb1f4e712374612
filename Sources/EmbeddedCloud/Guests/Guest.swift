import Ambience
import Document
import HTTP
import OrderedCollections

/// What heals a broken application, from the gentlest to the strongest.
package enum Remedy: String, Sendable, CaseIterable, Comparable {
  case restart
  case softReboot = "soft_reboot"
  case hardReboot = "hard_reboot"
  case rebuild
  case replace

  package static func < (left: Self, right: Self) -> Bool {
    let order = allCases
    return (order.firstIndex(of: left) ?? 0) < (order.firstIndex(of: right) ?? 0)
  }
}

/// What runs in a server.
struct GuestState: Sendable {
  /// Whether the system runs at all.
  var isRunning = false
  /// What it takes to make the application answer again; nil when it does.
  var needs: Remedy?

  mutating func heal(by remedy: Remedy) {
    if let needs, remedy >= needs { self.needs = nil }
  }
}

/// What a connection attempt meets.
package enum ProbeAnswer: Sendable, Hashable {
  case open, refused, silent
}

extension EmbeddedCloud {
  /// The ports on which a guest of 2012 answers: SSH and the blog.
  private static let services: Set<Int> = [22, 80]

  /// Starts what a server's image and user data say, after the time that takes.
  func boot(_ id: String) {
    later(.milliseconds(700)) { cloud in
      guard cloud.collections["servers"]?[id]?.text("status") == "ACTIVE" else { return }
      cloud.guests[id, default: GuestState()].isRunning = true
      cloud.signal(id)
    }
  }

  /// Does what `cfn-signal` in the user data does: tells the wait condition's handle that all went well.
  private func signal(_ id: String) {
    guard let data = userData[id].flatMap(UserData.init) else { return }
    let body: Value = [
      "Status": "SUCCESS", "Reason": "the guest is up", "UniqueId": .string(id), "Data": "up",
    ]
    for url in data.handles {
      guard url.hasPrefix(Self.address + "/object/"),
        let request = Asked(Request(.put, url, body: Array(body.jsonText().utf8)))
      else { continue }
      _ = try? object(request.dropping(1), base: Self.address)
    }
  }

  // MARK: - Seen from outside

  /// Tries to connect to an address of a server's.
  package func connect(_ address: String, port: Int) -> ProbeAnswer {
    advance()
    guard let id = server(at: address) else { return .silent }
    guard collections["servers"]?[id]?.text("status") == "ACTIVE", let guest = guests[id], guest.isRunning
    else {
      return .silent
    }
    guard Self.services.contains(port) else { return .refused }
    return port == 80 && guest.needs != nil ? .refused : .open
  }

  /// Answers a request for a page that a guest serves.
  func page(_ asked: Asked) async throws -> Response {
    let parts = asked.host.split(separator: ":")
    let port = parts.count > 1 ? Int(parts[1]) ?? 80 : 80
    switch connect(String(parts.first ?? ""), port: port) {
    case .open:
      let html = "<html><title>WordPress</title><h1>Just another WordPress site</h1></html>\n"
      return Response(status: 200, headers: ["Content-Type": "text/html"], body: Array(html.utf8))
    case .refused:
      throw HTTPError(.unreachable, url: "http://\(asked.host)/", detail: "connection refused")
    case .silent:
      try await ambient.sleep(asked.timeout)
      throw HTTPError(.timedOut, url: "http://\(asked.host)/", detail: "no answer within \(asked.timeout)")
    }
  }

  private func server(at address: String) -> String? {
    let floating = all("floatingips").first { $0.text("floating_ip_address") == address }?.text("port_id")
    let port = all("ports").first { port in
      port.text("id") == floating || port["fixed_ips"]?[0]?["ip_address"]?.string == address
    }
    return port.map { $0.text("device_id") }.flatMap { $0.isEmpty ? nil : $0 }
  }

  // MARK: - Controls

  /// Whether the application in a server answers.
  package func applicationIsUp(on server: String) throws -> Bool {
    try guest(server).isRunning && guest(server).needs == nil
  }

  /// Stops the application in a server from answering until a remedy is applied that is strong enough.
  package func breakApplication(on server: String, until remedy: Remedy) throws {
    _ = try guest(server)
    guests[server]?.needs = remedy
  }

  /// Restarts a service in a server, as an operator would.
  package func restartService(_ name: String, on server: String) throws {
    _ = try guest(server)
    guests[server]?.heal(by: .restart)
  }

  private func guest(_ server: String) throws -> GuestState {
    advance()
    guard let guest = guests[server] else {
      throw HTTPError(.unreachable, url: "guest:\(server)", detail: "no guest runs in a server \(server)")
    }
    return guest
  }
}
