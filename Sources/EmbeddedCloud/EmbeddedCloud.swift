package import Ambience
import Document
package import HTTP
import OrderedCollections

/// An OpenStack in memory: Keystone, Nova, Neutron, Cinder, Glance and Swift as their clients see them.
///
/// States change as time passes, which is looked at when a request comes: nothing runs in the background.
/// Requests to an address of a server's are answered by what runs in it.
package actor EmbeddedCloud: Transport {
  /// How long things take.
  package struct Pace: Sendable {
    /// Multiplies every span: 1 is a brisk cloud (a server boots within 3 s), 0 does all at once.
    package var factor: Double

    package init(factor: Double = 1) { self.factor = factor }
  }

  /// The cloud's base URL for requests that come from within the program.
  package static let address = "http://cloud.embedded"

  let ambient: Ambient
  private let pace: Pace
  /// What will happen later, soonest first.
  private var agenda: [Appointment] = []
  var tokens: [String: Token] = [:]
  var ec2Credentials: OrderedDictionary<String, Fields> = [:]
  var collections: [String: OrderedDictionary<String, Fields>] = [:]
  var guests: [String: GuestState] = [:]
  var userData: [String: String] = [:]
  var containers: OrderedDictionary<String, OrderedDictionary<String, StoredObject>> = [:]
  var temporaryURLKey: String?
  var quotas = Quotas()
  var faults: [Fault] = []

  private struct Appointment {
    let due: Duration
    let act: @Sendable (isolated EmbeddedCloud) -> Void
  }

  package init(ambient: Ambient, pace: Pace = Pace()) {
    self.ambient = ambient
    self.pace = pace
    collections = Seed.collections(ambient)
  }

  // MARK: - Requests

  package func send(_ request: Request) async throws -> Response {
    try Task.checkCancellation()
    guard let asked = Asked(request) else {
      throw HTTPError(.badURL, url: request.url, detail: "no absolute http URL")
    }
    guard request.url.hasPrefix(Self.address + "/") else { return try await page(asked) }
    return try await serve(asked, base: Self.address)
  }

  /// Answers a request; `base` is the URL under which the client sees the cloud.
  package func serve(_ asked: Asked, base: String) async throws -> Response {
    try await ambient.sleep(ambient.jitter(.milliseconds(8) * pace.factor))
    let fault = strike(asked)
    try await fault?.before(asked, ambient)
    advance()
    let answer = fault?.answer(asked) ?? route(asked, base: base)
    try await fault?.after(asked, ambient)
    return answer.response(requestID: "req-" + ambient.uuid())
  }

  private func route(_ asked: Asked, base: String) -> Answer {
    do throws(Refusal) {
      let rest = asked.dropping(1)
      switch asked.path.first {
      case "identity": return try identity(rest, base: base)
      case "compute": return try compute(authorized(rest), base: base)
      case "network": return try network(authorized(rest), base: base)
      case "volume": return try volume(authorized(rest), base: base)
      case "image": return try image(authorized(rest), base: base)
      case "object": return try object(rest, base: base)
      case nil: return Answer(200, Catalog.root(base))
      default: throw .notFound("The resource could not be found.")
      }
    } catch {
      return error.answer(for: asked.path.first ?? "")
    }
  }

  // MARK: - Time

  /// Does something when a span has passed, lengthened or shortened by the cloud's pace.
  func later(_ span: Duration, _ act: @escaping @Sendable (isolated EmbeddedCloud) -> Void) {
    let due = ambient.uptime() + span * pace.factor
    let index = agenda.firstIndex { $0.due > due } ?? agenda.endIndex
    agenda.insert(Appointment(due: due, act: act), at: index)
    if pace.factor == 0 { advance() }
  }

  /// Lets happen what is due.
  func advance() {
    let now = ambient.uptime()
    while let next = agenda.first, next.due <= now {
      agenda.removeFirst()
      next.act(self)
    }
  }

  var clock: String { ambient.now().description }
}

/// What a project may have; negative for as much as it likes.
package struct Quotas: Sendable {
  package var servers = 100
  package var volumes = 100
  package var floatingIPs = 50
  package var securityGroups = 100

  package init() {}
}

extension EmbeddedCloud {
  /// Sets what the project may have.
  package func setQuotas(_ quotas: Quotas) { self.quotas = quotas }
}
