import Document
import OrderedCollections

extension Call {
  /// The part of a list that the query's `marker` and `limit` ask for, and the URL of what follows.
  func page(
    _ all: [Fields], by key: String = "id", missing: (String) -> Refusal
  ) throws(Refusal) -> (items: [Fields], next: String?) {
    var rest = all[...]
    if let marker = asked.value("marker"), !marker.isEmpty {
      guard let index = all.firstIndex(where: { $0.text(key) == marker }) else { throw missing(marker) }
      rest = all[(index + 1)...]
    }
    let limit = try limit() ?? 1000
    let items = Array(rest.prefix(limit))
    guard rest.count >= limit, let last = items.last, asked.value("limit") != nil || rest.count > limit else {
      return (items, nil)
    }
    return (items, next(after: last.text(key)))
  }

  private func limit() throws(Refusal) -> Int? {
    guard let text = asked.value("limit"), !text.isEmpty else { return nil }
    guard let limit = Int(text), limit >= 0 else {
      throw .badRequest("Invalid input for query parameters limit. Value: \(text). '\(text)' is not valid")
    }
    return limit == 0 ? nil : min(limit, 1000)
  }

  private func next(after marker: String) -> String {
    let kept = asked.query.filter { $0.name != "marker" }
      .map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
    return url + "?" + (kept + ["marker=\(percentEncoded(marker))"]).joined(separator: "&")
  }

  /// A page of Nova's, Cinder's or Neutron's, with its link to the next.
  func list(
    _ name: String, _ all: [Fields], show: (Fields) -> Fields = { $0 }
  ) throws(Refusal) -> Answer {
    let (items, next) = try page(all) { marker in
      switch service {
      case .network: Refusal(400, "marker [\(marker)] not found", type: "BadRequest")
      default: .badRequest("marker [\(marker)] not found")
      }
    }
    var body: Fields = [name: .list(items.map { .map(show($0)) })]
    if let next { body[name + "_links"] = [["rel": "next", "href": .string(next)]] }
    return Answer(200, .map(body))
  }
}
