import Document
import HTTP
import OrderedCollections

/// Requests in order, each with what a real OpenStack (Zed) answered when it was recorded.
///
/// Texts in braces stand for what earlier answers gave. A recorded body keeps its members and the kinds of its
/// values, and the words of states and errors as they are.
struct Scenario: Sendable {
  struct Step: Sendable {
    let about: String
    let method: Request.Method
    let service: String
    let path: String
    let raw: Value

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
    headers = Set(response.headers.fields.map { $0.name.lowercased() }).subtracting(Self.ignored)
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
