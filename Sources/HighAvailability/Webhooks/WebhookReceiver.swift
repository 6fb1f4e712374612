package import Ambience
import Document
package import HTTP
import OrderedCollections

/// Answers those who report on checks at signed addresses, and those who look after the supervisor.
///
/// `POST /v1/checks/APPLICATION/CHECK?expires=…&signature=…` is a report, `GET /healthz` tells whether the supervisor's
/// loop turns, with `?application=NAME` whether it is the one that watches that, and `GET /metrics` has the numbers.
/// Answers are JSON but for the numbers; what is refused has an `error` with code, message and hint.
package actor WebhookReceiver {
  package struct Limits: Sendable {
    /// How many reports on one check are taken at once.
    package var burst = 60
    /// How many a second are taken then.
    package var perSecond = 10
    /// How long the answer to a report that named itself is kept.
    package var memory = Duration.seconds(600)
    /// How many such answers are kept.
    package var remembered = 10_000

    package init() {}
  }

  /// A report that an address allows.
  private struct Report {
    let grant: WebhookKey.Grant
    let form: PushForm
    /// What it is known by if it is sent again.
    let key: ReportMemory.Key?
    let content: Int
  }

  private let service: WatchService
  private let keys: [WebhookKey]
  private let ambient: Ambient
  private var pace: ReportPace
  private var memory: ReportMemory

  /// Takes reports at addresses that any of some keys has signed.
  package init(_ service: WatchService, keys: [WebhookKey], ambient: Ambient, limits: Limits = Limits()) {
    self.service = service
    self.keys = keys
    self.ambient = ambient
    pace = ReportPace(burst: limits.burst, perSecond: limits.perSecond)
    memory = ReportMemory(span: limits.memory, limit: limits.remembered)
  }

  /// Answers a request, whose URL is a path with its query.
  package func answer(_ request: Request) async -> Response {
    let path = request.url.prefix { $0 != "?" }
    if path.contains("/v1/checks/") {
      let response = await answer(report: request)
      await service.count(answer: response.status)
      return response
    }
    guard path == "/healthz" || path == "/metrics" else {
      return .refusal(404, Diagnostic("unknown_page", "there is no such page"))
    }
    guard request.method == .get || request.method == .head else {
      return .refusal(405, Diagnostic("wrong_method", "this page is only read"), ["Allow": "GET, HEAD"])
    }
    return path == "/healthz" ? await health(request) : await service.page().response
  }

  // MARK: - Pages

  private func health(_ request: Request) async -> Response {
    let health = await service.health()
    var value: OrderedDictionary<String, Value> = [
      "status": .string(health.state.rawValue), "applications": .integer(Int64(health.applications)),
      "leads": .integer(Int64(health.led)),
    ]
    guard health.state == .working else { return .json(503, .map(value)) }
    do {
      guard let name = try PushForm(request).application else { return .json(200, .map(value)) }
      value["application"] = .string(name)
      value["state"] = .string(try await service.supervisor.state(of: name).rawValue)
      return .json(200, .map(value))
    } catch { return refusal(error) }
  }

  // MARK: - Reports

  private func answer(report request: Request) async -> Response {
    guard request.method == .post else {
      return .refusal(
        405, Diagnostic("wrong_method", "a report is sent by POST", hint: "curl -X POST does it"),
        ["Allow": "POST"])
    }
    do {
      let grant = try grant(by: request.url)
      if let wait = pace.take(grant, at: ambient.uptime()) {
        return .refusal(
          429, Diagnostic("too_many_reports", "there are too many reports on this check"),
          ["Retry-After": "\(Int(wait.inSeconds.rounded(.up)))"])
      }
      return await answer(try report(request, grant))
    } catch { return refusal(error) }
  }

  private func grant(by address: String) throws -> WebhookKey.Grant {
    guard !keys.isEmpty else {
      throw Refused(
        403, Diagnostic("no_key", "no reports are taken here", hint: "start kiln with --webhook-key"))
    }
    var refusals: [WebhookKey.Refusal] = []
    for key in keys {
      do throws(WebhookKey.Refusal) { return try key.grant(by: address, at: ambient.now()) } catch {
        refusals.append(error)
      }
    }
    if refusals.contains(.expired) {
      throw Refused(
        410, Diagnostic("expired_address", "the address has expired", hint: "`kiln ha webhook` makes another")
      )
    }
    throw Refused(
      403, Diagnostic("forged_address", "the address isn't signed with the key that counts here"))
  }

  private func report(_ request: Request, _ grant: WebhookKey.Grant) throws -> Report {
    let form: PushForm
    do throws(Diagnostic) { form = try PushForm(request) } catch { throw Refused(400, error) }
    var hasher = Hasher()
    hasher.combine(request.url)
    hasher.combine(request.body)
    let content = hasher.finalize()
    // Some tell all that they do for one purpose by one request id.
    let name = request.headers["Idempotency-Key"]
    let key = (name ?? request.headers["X-Request-Id"]).map {
      ReportMemory.Key(grant: grant, name: $0, content: name == nil ? content : nil)
    }
    if let key, !(1...255).contains(key.name.utf8.count) {
      throw Refused(
        400, Diagnostic("invalid_key", "the name of the report isn't from 1 to 255 characters long"))
    }
    return Report(grant: grant, form: form, key: key, content: content)
  }

  /// Answers a report as before when it was here before.
  private func answer(_ report: Report) async -> Response {
    guard let key = report.key else { return await take(report).response }
    switch memory.begin(key, content: report.content, at: ambient.uptime()) {
    case .answered(let response):
      var headers = response.headers
      headers["Idempotent-Replayed"] = "true"
      return Response(status: response.status, headers: headers, body: response.body)
    case .underWay:
      return .refusal(
        409, Diagnostic("under_way", "the same report is being taken"), ["Retry-After": "1"])
    case .taken:
      return .refusal(
        422,
        Diagnostic(
          "key_in_use", "another report had this Idempotency-Key", hint: "give each report one of its own"))
    case .new:
      let (response, isToBeKept) = await take(report)
      memory.finish(key, isToBeKept ? response : nil)
      return response
    }
  }

  /// - Returns: The answer, and whether the same report is to be answered so again: one that was refused may come
  ///   again, and heartbeats always may.
  private func take(_ report: Report) async -> (response: Response, isToBeKept: Bool) {
    let grant = report.grant
    do {
      let receipt = try await service.supervisor.take(for: grant.application, check: grant.check) { kind in
        do throws(Diagnostic) { return try report.form.push(for: kind) } catch { throw Refused(400, error) }
      }
      var value: OrderedDictionary<String, Value> = [
        "application": .string(grant.application), "check": .string(grant.check),
        "said": .string(receipt.push.phrase), "effect": .string(receipt.effect.word),
      ]
      if let why = receipt.effect.reason { value["because"] = .string(why) }
      value["state"] = .string(receipt.state.rawValue)
      return (.json(200, .map(value)), receipt.push != .beat)
    } catch { return (refusal(error), false) }
  }

  private func refusal(_ error: any Error) -> Response {
    switch error {
    case let refused as Refused: return .refusal(refused.status, refused.diagnostic)
    case let diagnostic as Diagnostic: return .refusal(400, diagnostic)
    case let error as HAError:
      let isLater = error.code == .standingBy || error.code == .notWatching
      return .refusal(
        isLater ? 503 : 404, error.diagnostics[0], isLater ? ["Retry-After": "5"] : [:])
    default: return .refusal(500, Diagnostic("failed", sentence(of: error)))
    }
  }
}

/// Why a request isn't answered as it was meant.
private struct Refused: Error {
  let status: Int
  let diagnostic: Diagnostic

  init(_ status: Int, _ diagnostic: Diagnostic) {
    self.status = status
    self.diagnostic = diagnostic
  }
}

extension PushReceipt.Effect {
  fileprivate var word: String {
    switch self {
    case .counted: "counted"
    case .kept: "kept"
    case .dropped: "dropped"
    }
  }

  fileprivate var reason: String? {
    switch self {
    case .counted: nil
    case .kept(let reason), .dropped(let reason): reason
    }
  }
}

extension Response {
  fileprivate static func json(_ status: Int, _ value: Value, _ headers: Headers = [:]) -> Response {
    var headers = headers
    headers["Content-Type"] = "application/json"
    headers["Cache-Control"] = "no-store"
    return Response(status: status, headers: headers, body: Array((value.jsonText() + "\n").utf8))
  }

  fileprivate static func refusal(_ status: Int, _ diagnostic: Diagnostic, _ headers: Headers = [:])
    -> Response
  {
    var error: OrderedDictionary<String, Value> = [
      "code": .string(diagnostic.code), "message": .string(diagnostic.message),
    ]
    if let hint = diagnostic.hint { error["hint"] = .string(hint) }
    return json(status, ["error": .map(error)], headers)
  }
}
