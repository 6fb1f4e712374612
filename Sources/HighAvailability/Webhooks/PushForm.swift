import Document
import HTTP
import OrderedCollections

/// What a request says of a check, before it is known what kind of check that is.
///
/// The fields of its body, JSON or a form, and those that stand in the address beside the signature. Besides kiln's own,
/// the notices of Alertmanager (and Grafana, which sends the same) and of Aodh are understood as they are.
struct PushForm: Sendable {
  private let fields: OrderedDictionary<String, Value>

  /// How much of a reason is kept.
  private static let reasonLimit = 300

  /// - Throws: What is wrong with the request's body.
  init(_ request: Request) throws(Diagnostic) {
    var fields = try Self.form(Self.query(of: request.url))
    for name in ["expires", "signature"] { fields[name] = nil }
    let body = request.body.drop { [9, 10, 13, 32].contains($0) }
    let isJSON = request.headers["Content-Type"]?.lowercased().contains("json") ?? false
    if body.first == UInt8(ascii: "{") || isJSON && !body.isEmpty {
      for (name, value) in try Self.json(Array(body)) { fields[name] = value }
    } else if !body.isEmpty {
      guard let text = String(validating: body, as: UTF8.self) else { throw Self.unreadable }
      for (name, value) in try Self.form(text[...]) { fields[name] = value }
    }
    self.fields = fields
  }

  // MARK: - Meaning

  /// What it says of a check of some kind.
  func push(for kind: Check.Kind) throws(Diagnostic) -> Push {
    switch kind {
    case .metric: return try sample
    case .heartbeat:
      guard try outcome.map({ $0 == .up }) ?? true else {
        throw Diagnostic(
          "not_a_heartbeat", "a heartbeat says only that the application lives",
          hint: "have a check of the kind reported for what can be down")
      }
      return .beat
    default:
      guard let outcome = try outcome else {
        throw Diagnostic(
          "no_state", "the report doesn't say how it is",
          hint: #"send {"state": "up"}, or {"state": "down", "reason": "…"}"#)
      }
      return .outcome(outcome)
    }
  }

  /// Nil when it doesn't say how anything is.
  private var outcome: Outcome? {
    get throws(Diagnostic) {
      if let state = fields["state"] {
        return try Self.outcome(state, up: "up", down: "down", unknown: "unknown", text("reason"))
      }
      if let status = fields["status"] {
        return try Self.outcome(status, up: "resolved", down: "firing", unknown: nil, alertReason)
      }
      if let current = fields["current"] {
        let reason = [text("alarm_name"), text("reason")].compactMap(\.self).joined(separator: ": ")
        return try Self.outcome(
          current, up: "ok", down: "alarm", unknown: "insufficient data", reason.isEmpty ? nil : reason)
      }
      return nil
    }
  }

  private static func outcome(
    _ said: Value, up: String, down: String, unknown: String?, _ reason: String?
  ) throws(Diagnostic) -> Outcome {
    let word = said.string?.lowercased()
    if word == up { return .up }
    if word == down { return .down(reason.map(plain) ?? "it was reported down") }
    if let unknown, word == unknown { return .unknown(reason.map(plain) ?? "it was reported unknown") }
    let words = [up, down, unknown].compactMap { $0.map { "\"\($0)\"" } }
    throw Diagnostic(
      "unknown_state", "the report says none of \(words.joined(separator: ", "))",
      hint: #"send {"state": "up"}, or {"state": "down", "reason": "…"}"#)
  }

  /// What Alertmanager says of the alerts of a group that they have in common, or else of the first.
  private var alertReason: String? {
    let first = fields["alerts"]?[0]
    func find(_ common: String, _ own: String, _ name: String) -> String? {
      fields[common]?[name]?.scalarText ?? first?[own]?[name]?.scalarText
    }
    let name = find("commonLabels", "labels", "alertname")
    let told =
      find("commonAnnotations", "annotations", "summary")
      ?? find("commonAnnotations", "annotations", "description")
    let parts = [name, told].compactMap(\.self)
    return parts.isEmpty ? nil : parts.joined(separator: ": ")
  }

  private var sample: Push {
    get throws(Diagnostic) {
      guard let given = fields["value"] else {
        throw Diagnostic(
          "no_value", "the report has no value", hint: #"send {"value": 1}, also with "metric": "…""#)
      }
      guard let value = given.number ?? given.string.flatMap({ Double($0) }), value.isFinite else {
        throw Diagnostic("invalid_value", "the value of the report is no number", hint: #"send {"value": 1}"#)
      }
      return .sample(value, metric: text("metric"))
    }
  }

  /// The application that is asked for.
  var application: String? { text("application") }

  private func text(_ name: String) -> String? {
    fields[name]?.scalarText.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// A reason in one line, without what terminals take for commands.
  private static func plain(_ reason: String) -> String {
    var text = ""
    for scalar in reason.unicodeScalars.prefix(reasonLimit) {
      let isPlain = scalar.value >= 32 && !(127...159).contains(scalar.value)
      text.unicodeScalars.append(isPlain ? scalar : " ")
    }
    return reason.unicodeScalars.count > reasonLimit ? text + "…" : text
  }

  // MARK: - Forms

  private static func query(of url: String) -> Substring {
    url.firstIndex(of: "?").map { url[url.index(after: $0)...] } ?? ""
  }

  private static func json(_ bytes: [UInt8]) throws(Diagnostic) -> OrderedDictionary<String, Value> {
    let value: Value
    do throws(Diagnostics) { value = try Value.json(bytes) } catch {
      throw Diagnostic("invalid_body", "the body is no JSON: \(error.items.first?.message ?? "")")
    }
    guard let fields = value.map else {
      throw Diagnostic("invalid_body", "the body is \(value.kind)", hint: "send a map of fields")
    }
    return fields
  }

  /// Reads `application/x-www-form-urlencoded`.
  private static func form(_ text: Substring) throws(Diagnostic) -> OrderedDictionary<String, Value> {
    var fields: OrderedDictionary<String, Value> = [:]
    for field in text.split(separator: "&") {
      let halves = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard halves.count == 2, let name = decoded(halves[0]), let value = decoded(halves[1]) else {
        throw unreadable
      }
      fields[name] = .string(value)
    }
    return fields
  }

  private static func decoded(_ text: Substring) -> String? {
    exactlyPercentDecoded(text.replacing("+", with: " "))
  }

  private static let unreadable = Diagnostic(
    "invalid_body", "the body is neither JSON nor a form",
    hint: #"send {"state": "down"} or state=down"#)
}
