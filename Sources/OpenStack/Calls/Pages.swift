import Document

/// A list that a service gives in pages, asked for as it is read.
///
/// Each service links to the next page in its own way (`servers_links`, `next`, `links.next`); of the link only
/// the query is used, as its host is often one that can't be reached.
package struct Pages<Resource: CloudResource>: AsyncSequence, Sendable {
  /// The most pages that are read, so that a service that never ends a list can't hold a caller for ever.
  static var limit: Int { 1000 }

  let cloud: Cloud
  let path: String
  let query: Query

  package struct Iterator: AsyncIteratorProtocol {
    private let cloud: Cloud
    private let path: String
    private var next: Query?
    private var page: ArraySlice<Resource> = []
    private var count = 0

    fileprivate init(_ pages: Pages) {
      cloud = pages.cloud
      path = pages.path
      next = pages.query
    }

    package mutating func next() async throws -> Resource? {
      while page.isEmpty {
        guard let query = next else { return nil }
        try await load(query)
      }
      return page.removeFirst()
    }

    private mutating func load(_ query: Query) async throws {
      let kind = Resource.kind
      let answer = try await cloud.send(Call(kind.service, "GET", path, query: query))
      let value = try answer.value()
      guard let items = value[kind.plural]?.list else {
        throw answer.unexpected("it lists no \(kind.plural)")
      }
      page = items.compactMap { Resource($0) }[...]
      next = items.isEmpty ? nil : nextLink(value, kind.plural).map(Query.init(ofURL:))
      count += 1
      if next == query || count >= Pages.limit {
        throw answer.unexpected("its list has no end")
      }
    }
  }

  package func makeAsyncIterator() -> Iterator { Iterator(self) }
}

private func nextLink(_ value: Value, _ plural: String) -> String? {
  let links = value[plural + "_links"]?.list ?? []
  return links.first { $0["rel"]?.string == "next" }?["href"]?.string
    ?? value["next"]?.string ?? value["links"]?["next"]?.string
}
