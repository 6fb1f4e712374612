import Document
import OrderedCollections

// The things of all services are kept as the JSON that their APIs show, by collection and id.

extension EmbeddedCloud {
  func all(_ collection: String) -> [Fields] { Array((collections[collection] ?? [:]).values) }

  func thing(_ collection: String, _ id: String) throws(Refusal) -> Fields {
    guard let thing = collections[collection]?[id] else {
      let name = collection.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(
        separator: " "
      ).dropLast()
      throw Refusal(
        404, "itemNotFound", "\(name.filter { $0 != " " })NotFound", "\(name) \(id) could not be found.")
    }
    return thing
  }

  func put(_ collection: String, _ thing: Fields) {
    collections[collection, default: [:]][thing.text("id")] = thing
  }

  func remove(_ collection: String, _ id: String) { collections[collection]?.removeValue(forKey: id) }

  /// Changes some fields of a thing that may be gone.
  func set(_ collection: String, _ id: String, _ fields: Fields) {
    guard var thing = collections[collection]?[id] else { return }
    thing.merge(fields) { $1 }
    collections[collection]?[id] = thing
  }

  /// The things that a request's query asks for, page by page, in Neutron's, Nova's and Cinder's common
  /// manner.
  func page(
    _ things: [Fields], _ asked: Asked, envelope: String, base: String, linksName: String,
    isSeparate: Bool = false
  ) -> Answer {
    var found = things.filter { matches($0, asked) }
    if let marker = asked.value("marker"), let index = found.firstIndex(where: { $0.text("id") == marker }) {
      found.removeFirst(index + 1)
    }
    var body: Fields = [:]
    let limit = asked.value("limit").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 1000
    body[envelope] = .list(found.prefix(limit).map(Value.map))
    if found.count > limit, let last = found.prefix(limit).last {
      let query = asked.query.filter { $0.name != "marker" }.map { "\($0.name)=\($0.value)" }
      let url = ([base + "?" + query.joined(separator: "&")] + ["marker=\(last.text("id"))"]).joined(
        separator: "&")
      body[linksName] = [["rel": "next", "href": .string(url)]]
    }
    return Answer(200, .map(body))
  }

  /// Whether a thing has what a query's filters want; what isn't a field filters nothing.
  private func matches(_ thing: Fields, _ asked: Asked) -> Bool {
    asked.query.allSatisfy { name, wanted in
      switch name {
      case "limit", "marker", "fields", "sort_key", "sort_dir", "sort", "all_tenants", "is_public", "deleted":
        true
      case "name" where asked.isNova: thing.text("name").isLike(wanted)
      case "metadata": hasMetadata(thing, wanted)
      case "tags":
        wanted.split(separator: ",").allSatisfy {
          thing["tags"]?.list?.contains(.string(String($0))) ?? false
        }
      default:
        thing[name].map { value in
          if let text = value.scalarText { return text.lowercased() == wanted.lowercased() }
          return value.list?.contains { $0.scalarText == wanted } ?? (wanted == "")
        } ?? true
      }
    }
  }

  /// Whether a thing has the metadata that Cinder's filter, a dictionary in Python's notation, wants.
  private func hasMetadata(_ thing: Fields, _ filter: String) -> Bool {
    guard let wanted = (try? Value.json(filter.replacing("'", with: "\"")))?.map else { return true }
    return wanted.allSatisfy { thing["metadata"]?[$0.key] == $0.value }
  }
}

extension Asked {
  /// Whether names are patterns, as Nova takes them.
  fileprivate var isNova: Bool { path.first == "servers" }
}

extension String {
  /// Whether it matches a pattern of Nova's: a regular expression, somewhere in the text.
  fileprivate func isLike(_ pattern: String) -> Bool {
    guard let expression = try? Regex(pattern) else { return contains(pattern) }
    return firstMatch(of: expression) != nil
  }
}

extension Fields {
  /// A field's text; empty when it has none.
  func text(_ name: String) -> String { self[name]?.scalarText ?? "" }
}
