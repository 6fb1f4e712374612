import Document
import HTTP
import OrderedCollections

extension Call {
  /// The part of a list that the query's `marker` and `limit` ask for, and the URL of what follows.
  func page(
    _ all: [Fields], by key: String = "id", missing: (String) -> Refusal
  ) throws(Refusal) -> (items: [Fields], next: String?) {
    let all = sorted(all)
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

  // MARK: - Order

  /// A list in the order that `sort_key` and `sort_dir` or `sort` ask for, and else as it is.
  private func sorted(_ all: [Fields]) -> [Fields] {
    let order = order
    guard !order.isEmpty else { return all }
    return all.enumerated().sorted { one, other in
      for (key, isDescending) in order {
        let (first, second) = (one.element[key], other.element[key])
        if Self.isBefore(first, second) { return !isDescending }
        if Self.isBefore(second, first) { return isDescending }
      }
      return one.offset < other.offset
    }.map(\.element)
  }

  private var order: [(key: String, isDescending: Bool)] {
    // Neutron counts up where nothing else is said, the others down.
    let usual = service == .network ? "asc" : "desc"
    if let sort = asked.value("sort") {
      return sort.split(separator: ",").map { part in
        let words = part.split(separator: ":").map(String.init)
        return (field(words.first ?? ""), (words.count > 1 ? words[1] : usual) == "desc")
      }
    }
    let directions = asked.values("sort_dir")
    return asked.values("sort_key").enumerated().map { index, key in
      (field(key), (index < directions.count ? directions[index] : usual) == "desc")
    }
  }

  /// The field in which a list's entries have what is sorted by.
  private func field(_ key: String) -> String {
    guard service == .compute else { return key }
    let names = ["display_name": "name", "uuid": "id", "created_at": "created", "updated_at": "updated"]
    return names[key] ?? key
  }

  private static func isBefore(_ one: Value?, _ other: Value?) -> Bool {
    if let one = one?.number, let other = other?.number { return one < other }
    return (one?.scalarText ?? "") < (other?.scalarText ?? "")
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
      .map { "\(percentEncoded($0.name, keeping: ":/,"))=\(percentEncoded($0.value, keeping: ":/,"))" }
    return url + "?" + (kept + ["marker=\(percentEncoded(marker, keeping: ":/,"))"]).joined(separator: "&")
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
