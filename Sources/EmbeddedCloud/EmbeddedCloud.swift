package import Ambience
import Document
package import HTTP
import OrderedCollections

/// An OpenStack in memory: Keystone, Nova, Neutron, Cinder, Glance, Swift, Octavia, Designate and Barbican as their
/// clients see them.
///
/// What it answers is held to what a real OpenStack (Zed) answers by recorded cases. States change as time
/// passes, which is looked at when a request comes: nothing runs in the background. Requests to an address of a
/// server are answered by the guest that runs in it.
package actor EmbeddedCloud: Transport {
  /// The cloud's base URL for requests that come from within the program.
  package static let address = "http://cloud.embedded"

  let ambient: Ambient
  let pace: Pace
  /// Whether security groups decide what reaches a floating IP.
  let checksSecurityGroups: Bool
  var agenda = Agenda()
  /// The time since the ambient's start at which what happens now was due; nil while nobody but a client acts.
  var actingAt: Duration?
  /// The id of the request that is being answered.
  var requestID: String?
  var accounts: Accounts
  /// Who is in which group, and who has which role where: the paths that say so.
  var memberships: Set<String> = []
  var tokens: [String: Login] = [:]
  var tables: [Table: OrderedDictionary<String, Fields>] = [:]
  var servers: OrderedDictionary<String, Server> = [:]
  /// How many servers were ever made.
  var serverCount = 0
  var guests: [String: GuestState] = [:]
  var store: [String: ObjectAccount] = [:]
  /// What each project may have that has no limits of its own.
  var quotas = Quotas()
  /// The limits that were set for projects.
  var ownQuotas: [String: Quotas] = [:]
  /// The bytes of the images that were sent here.
  var imageData: [String: [UInt8]] = [:]
  /// Nova's services that are disabled, each with its reason if one was given.
  var disabledServices: [String: String?] = [:]
  var aggregateCount = 0
  var faults: FaultPlan
  /// Signals of guests to addresses outside of the cloud.
  var outbox: [Request] = []
  /// The host names under which clients have reached the cloud.
  var ownHosts: Set<String> = ["cloud.embedded"]

  package init(ambient: Ambient, pace: Pace = .brisk, checksSecurityGroups: Bool = true) {
    self.ambient = ambient
    self.pace = pace
    self.checksSecurityGroups = checksSecurityGroups
    faults = FaultPlan()
    accounts = Accounts.seed
    tables = Seed(ambient: ambient, accounts: accounts).tables
  }

  // MARK: - Requests

  /// Answers a request as the cloud, or as the guest whose address it names.
  package func send(_ request: Request) async throws -> Response {
    try Task.checkCancellation()
    guard let asked = Asked(request) else {
      throw HTTPError(.badURL, url: request.url, detail: "no absolute http URL")
    }
    guard request.url == Self.address || request.url.hasPrefix(Self.address + "/") else {
      return try await page(asked)
    }
    return try await serve(asked, base: Self.address)
  }

  /// Answers a request; `base` is the URL under which the client sees the cloud.
  package func serve(_ asked: Asked, base: String) async throws -> Response {
    ownHosts.insert(asked.host)
    let latency = pace.stretched(ambient.jitter(.milliseconds(8)))
    if latency > .zero { try await ambient.sleep(latency) }
    advance()
    let effect = faults.strike(asked, ambient)
    try await hold(effect, asked)
    advance()
    let answer = effect?.refusal.map { refuse($0, asked, base) } ?? answer(asked, base: base)
    guard case .loseReply = effect else { return answer.response }
    throw HTTPError(.connectionLost, url: base, detail: "the connection broke before the answer came")
  }

  /// Waits as a fault says, and throws when nothing comes of the request.
  private func hold(_ effect: Fault.Effect?, _ asked: Asked) async throws {
    let span: Duration
    switch effect {
    case .delay(let latency): span = latency.next(ambient)
    case .loseRequest: span = asked.timeout
    default: return
    }
    try await ambient.sleep(min(span, asked.timeout))
    guard span < asked.timeout else {
      throw HTTPError(.timedOut, url: asked.host, detail: "no answer within \(asked.timeout)")
    }
  }

  private func refuse(_ refusal: Refusal, _ asked: Asked, _ base: String) -> Answer {
    let (service, asked) = Self.service(of: asked)
    let id = "req-" + ambient.uuid()
    var answer = refusal.answer(service, base: base, request: id)
    mark(&answer, service, try? service.version(of: asked), id)
    return answer
  }

  private func answer(_ asked: Asked, base: String) -> Answer {
    let (service, asked) = Self.service(of: asked)
    let id = "req-" + ambient.uuid()
    requestID = id
    defer { requestID = nil }
    var version: APIVersion?
    var answer: Answer
    do throws(Refusal) {
      version = try service.version(of: asked)
      answer = try route(asked, service, version, base)
    } catch {
      answer = error.answer(service, base: base, request: id)
      // Neither the guard at the door nor the map of paths knows of versions.
      if error.status == 401 || error.isPathless { version = nil }
    }
    mark(&answer, service, service == .compute && asked.path.isEmpty ? nil : version, id)
    return answer
  }

  private func route(
    _ asked: Asked, _ service: Service, _ version: APIVersion?, _ base: String
  ) throws(Refusal) -> Answer {
    let (route, parameters) = try service.routes.find(asked)
    var login: Login?
    if !route.isOpen { login = try authorize(asked, for: service) }
    let call = Call(
      asked: asked, service: service, parameters: parameters, base: base, version: version, login: login)
    do {
      return try route.handler(self, call)
    } catch let refusal as Refusal {
      throw refusal
    } catch {
      throw Refusal(500, "Unexpected API Error.")
    }
  }

  /// The service that a path is of; Keystone also answers where it usually is, at the root.
  private static func service(of asked: Asked) -> (Service, Asked) {
    guard let first = asked.path.first, let service = Service(rawValue: first) else {
      return (.identity, asked)
    }
    return (service, asked.dropping(1))
  }

  /// Adds the headers that a service puts on every answer.
  private func mark(_ answer: inout Answer, _ service: Service, _ version: APIVersion?, _ id: String) {
    for (name, value) in service.headers(version).fields { answer.headers[name] = value }
    answer.headers[
      service == .identity || service == .loadBalancer ? "x-openstack-request-id" : "X-Openstack-Request-Id"] =
      id
    switch service {
    case .identity: answer.headers["Vary"] = "X-Auth-Token"
    case .keyManager where answer.status != 401: answer.headers["OpenStack-API-Version"] = "key-manager 1.0"
    case .compute: answer.headers["X-Compute-Request-Id"] = id
    case .object: answer.headers["X-Trans-Id"] = "tx" + id.dropFirst(4).filter { $0 != "-" }.prefix(21)
    default: break
    }
  }
}
