import Document
import HTTP
import OrderedCollections

/// Requests in order, each with what a real OpenStack (Zed) answered when it was recorded.
///
/// A step has `about`, `send` (method, service, path), and may have `as` (`administrator`), `login` (false for
/// none), `headers`, `version` (of the API), `body` or `text`, `wait` (`at` which place, `for` which states),
/// `keep` (a variable from a place in the answer), the recorded `answer`, and `apart`: the places at which the
/// embedded cloud is known to answer otherwise, each with the reason. At places that are `loose` the real one
/// answers now so, now so.
/// Texts in braces stand for what earlier answers gave; a place to keep that ends with `/` is the last part of the URL there. A recorded body keeps its members and the kinds of its
/// values, and the words of states and errors as they are.
struct Scenario: Sendable {
  struct Step: Sendable {
    let about: String
    let method: Request.Method
    let service: String
    let path: String
    let raw: Value
    /// Whether the administrator asks.
    var isAdministration: Bool { raw["as"]?.string == "administrator" }
    /// Where the embedded cloud is known to answer otherwise.
    var apart: [String] { (raw["apart"]?.map ?? [:]).keys.elements }
    /// Where a real cloud answers now so, now so.
    var loose: [String] { (raw["loose"]?.list ?? []).compactMap(\.string) }

    init?(_ raw: Value) {
      let words = (raw["send"]?.string ?? "").split(separator: " ", maxSplits: 2)
      guard words.count == 3, let method = Request.Method(rawValue: String(words[0])) else { return nil }
      self.method = method
      service = String(words[1])
      path = String(words[2])
      about = raw["about"]?.string ?? ""
      self.raw = raw
    }
  }

  let steps: [Step]
  /// The services that it is played on.
  var services: Set<String> { Set(steps.map(\.service)) }
  var needsAdministrator: Bool { steps.contains(where: \.isAdministration) }

  init(_ text: String) throws {
    steps = (try Value.json(text).list ?? []).compactMap(Step.init)
  }
}

/// What came of a step.
struct Outcome: Sendable, Equatable {
  var status: Int
  var type: String?
  var headers: Set<String>
  var states: [String]
  var body: Value?
}

extension Outcome {
  /// What was recorded.
  init(recorded answer: Value) {
    status = Int(answer["status"]?.integer ?? 0)
    type = answer["type"]?.string
    headers = Set((answer["headers"]?.list ?? []).compactMap(\.string))
    states = (answer["states"]?.list ?? []).compactMap(\.scalarText)
    body = answer["body"]
  }

  /// Headers that a server adds for itself, or that differ from answer to answer.
  private static let ignored: Set = [
    "content-length", "date", "server", "connection", "keep-alive", "vary", "x-openstack-request-id",
    "x-compute-request-id", "x-trans-id", "transfer-encoding", "x-timestamp", "accept-ranges",
    "last-modified", "etag", "content-type",
  ]

  init(_ response: Response, states: [String]) {
    status = response.status
    type = response.headers["Content-Type"]
    // What an account was told to remember is its users' doing.
    headers = Set(response.headers.fields.map { $0.name.lowercased() }).subtracting(Self.ignored)
      .filter { !$0.hasPrefix("x-account-meta-") }
    self.states = states
    guard !response.body.isEmpty else { return }
    let text = String(decoding: response.body, as: UTF8.self)
    if type?.contains("json") ?? false, let value = try? Value.json(response.body) {
      body = shape(value)
    } else {
      body = .string(masked(text.split(whereSeparator: \.isWhitespace).joined(separator: " ")))
    }
  }
}

extension Outcome {
  /// As a scenario's file has it.
  var recorded: Value {
    var answer: OrderedDictionary<String, Value> = ["status": .integer(Int64(status))]
    if let type { answer["type"] = .string(type) }
    if !headers.isEmpty { answer["headers"] = .list(headers.sorted().map { .string($0) }) }
    if !states.isEmpty {
      answer["states"] = .list(states.map { Int64($0).map { .integer($0) } ?? .string($0) })
    }
    if let body { answer["body"] = body }
    return .map(answer)
  }
}
