import Document

/// A list that a service gives in pages, asked for as it is read.
///
/// Each service links to the next page in its own way (`servers_links`, `next`, `links.next`); of the link only
/// the query is used, as its host is often one that can't be reached. Swift gives what follows a marker.
package struct Pages<Resource: CloudThing>: AsyncSequence, Sendable {
  let cloud: Cloud
  let kind: ResourceKind
  let path: String
  let query: Query

  package struct Iterator: AsyncIteratorProtocol {
    private let cloud: Cloud
    private let kind: ResourceKind
    private let path: String
    private var next: Query?
    private var page: ArraySlice<Resource> = []
    private var count = 0

    fileprivate init(_ pages: Pages) {
      cloud = pages.cloud
      kind = pages.kind
      path = pages.path
      next = pages.query
      if kind.style == .headers { next?["format"] = "json" }
    }

    package mutating func next() async throws -> Resource? {
      while page.isEmpty {
        guard let query = next else { return nil }
        try await load(query)
      }
      return page.removeFirst()
    }

    private mutating func load(_ query: Query) async throws {
      let answer = try await cloud.send(Call(kind.service, "GET", path, query: query, needs: kind.needs))
      let value = try answer.value()
      guard let items = value[kind.plural]?.list ?? value.list ?? (value.isNull ? [] : nil) else {
        throw answer.unexpected("it lists no \(kind.plural)")
      }
      page = items.compactMap { Resource($0, of: kind) }[...]
      next = items.isEmpty ? nil : nextQuery(after: value, query)
      count += 1
      if next == query || count >= pageLimit {
        throw answer.unexpected("its list has no end")
      }
    }

    private func nextQuery(after value: Value, _ query: Query) -> Query? {
      guard kind.style == .headers else { return nextLink(value, kind.plural).map(Query.init(ofURL:)) }
      guard let last = value.list?.last else { return nil }
      var next = query
      next["marker"] = last["name"]?.string ?? last["subdir"]?.string
      return next
    }
  }

  package func makeAsyncIterator() -> Iterator { Iterator(self) }
}

/// The most pages that are read, so that a service that never ends a list can't hold a caller for ever.
let pageLimit = 1000

private func nextLink(_ value: Value, _ plural: String) -> String? {
  let links = value[plural + "_links"]?.list ?? value["links"]?.list ?? []
  return links.first { $0["rel"]?.string == "next" }?["href"]?.string
    ?? value["next"]?.string ?? value["links"]?["next"]?.string
}
