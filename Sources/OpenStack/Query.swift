import HTTP

/// The parameters of a URL, in order; a name may be there several times.
package struct Query: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  package struct Item: Sendable, Hashable {
    package let name: String
    package let value: String
  }

  package private(set) var items: [Item] = []

  package init(dictionaryLiteral elements: (String, String)...) {
    items = elements.map { Item(name: $0.0, value: $0.1) }
  }

  package mutating func append(_ name: String, _ value: String) {
    items.append(Item(name: name, value: value))
  }

  /// The first value of a name; setting it replaces all of that name.
  package subscript(name: String) -> String? {
    get { items.first { $0.name == name }?.value }
    set {
      items.removeAll { $0.name == name }
      if let newValue { append(name, newValue) }
    }
  }

  /// The parameters of a URL that a server gave, such as the link to a next page.
  init(ofURL url: String) {
    guard let mark = url.firstIndex(of: "?") else { return }
    for part in url[url.index(after: mark)...].prefix(while: { $0 != "#" }).split(separator: "&") {
      let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let value = sides.count > 1 ? sides[1].replacing("+", with: " ") : ""
      append(percentDecoded(sides[0]), percentDecoded(value))
    }
  }

  /// `?a=b&c=d`, or nothing.
  var urlText: String {
    if items.isEmpty { return "" }
    return "?" + items.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
  }
}
