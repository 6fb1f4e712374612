import Ambience
import Document
package import HTTP
import OrderedCollections

extension EmbeddedCloud {
  /// Boots what a server's image and user data say, which takes a while; its services start later still.
  ///
  /// `isNew` says whether the disk is fresh, so that the user data's script runs.
  func boot(_ id: String, isNew: Bool, healing remedy: Remedy? = nil) {
    guard let server = servers[id] else { return }
    let epoch = server.epoch
    let fault = isNew ? faults.strikeGuest(server.name, ambient) : nil
    if case .deadGuest = fault { return }
    later(.milliseconds(500)) { cloud in
      guard let server = cloud.servers[id], server.epoch == epoch else { return }
      let data = server.userData.flatMap { UserData(base64: $0) }
      var guest = cloud.guests[id] ?? GuestState()
      if let remedy { guest.heal(by: remedy) }
      guest.isRunning = true
      guest.boots += 1
      guest.ports = Set([22]).union(Self.servicePorts(data))
      cloud.guests[id] = guest
      guard let data else { return }
      cloud.collect(data, server, fault)
      guard isNew else { return }
      cloud.later(.milliseconds(600)) { cloud in
        guard cloud.guests[id]?.isRunning ?? false else { return }
        cloud.runScript(data, server, fault)
      }
    }
  }

  /// A guest whose user data speaks of no service is one whose image has the blog in it.
  private static func servicePorts(_ data: UserData?) -> Set<Int> {
    let ports = data?.ports ?? []
    return ports.isEmpty ? [80] : ports
  }

  // MARK: - Signals

  /// Does what the user data's script does at its end: tells wait conditions how it went.
  private func runScript(_ data: UserData, _ server: Server, _ fault: Fault.Effect?) {
    for (number, signal) in data.signals.enumerated() {
      var body: Fields = [
        "Status": "SUCCESS",
        "Reason": .string(signal.reason.isEmpty ? "Configuration Complete" : signal.reason),
        "UniqueId": .string(signal.id ?? server.id), "Data": .string(signal.data),
      ]
      if case .failGuest(let reason) = fault {
        body["Status"] = "FAILURE"
        body["Reason"] = .string(reason)
      }
      let isFailure = body["Status"] == "FAILURE"
      let text = isFailure ? nil : signal.body
      let bytes = Array((text ?? Value.map(body).jsonText()).utf8)
      let request = Request(.put, signal.url, headers: ["Content-Type": ""], body: bytes)
      if number == 0 { tell(request) } else { later(.milliseconds(20 * Int64(number))) { $0.tell(request) } }
    }
  }

  /// Sends a guest's request: to the cloud itself at once, and elsewhere when somebody takes it from the outbox.
  func tell(_ request: Request) {
    guard let asked = Asked(request) else { return }
    guard ownHosts.contains(asked.host), asked.path.first == Service.object.rawValue else {
      outbox.append(request)
      return
    }
    _ = own(asked)
  }

  /// What the cloud's object store gives a guest, if that is where the URL leads.
  func fetch(_ url: String) -> [UInt8]? {
    guard let asked = Asked(Request(.get, url)), ownHosts.contains(asked.host),
      asked.path.first == Service.object.rawValue
    else { return nil }
    return own(asked).flatMap { $0.status == 200 ? $0.body : nil }
  }

  private func own(_ asked: Asked) -> Answer? {
    let call = asked.dropping(1)
    guard let (route, parameters) = try? Service.object.routes.find(call) else { return nil }
    return try? route.handler(
      self,
      Call(
        asked: call, service: .object, parameters: parameters, base: Self.address, version: nil, login: nil))
  }

  /// Takes the requests that guests have made to addresses outside of the cloud.
  package func takeOutbox() -> [Request] {
    advance()
    defer { outbox = [] }
    return outbox
  }

  func consoleLines(_ id: String) -> String {
    let name = servers[id]?.name ?? ""
    guard guests[id]?.isRunning ?? false else { return "Booting from Hard Disk...\n" }
    return
      "Booting from Hard Disk...\nFedora release 17 (Beefy Miracle)\ninstance-id: \(id)\nCloud-init finished.\n\(name) login: "
  }
}
