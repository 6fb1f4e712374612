import Document

/// One version of an API as the service's version document describes it.
struct APIVersion: Sendable, Hashable {
  /// Such as `v2.1`.
  let id: String
  let url: String?
  let oldest: Microversion?
  let newest: Microversion?

  init(id: String, url: String? = nil, oldest: Microversion? = nil, newest: Microversion? = nil) {
    self.id = id
    self.url = url
    self.oldest = oldest
    self.newest = newest
  }

  private init?(_ raw: Value) {
    guard let id = raw["id"]?.string else { return nil }
    let link = raw["links"]?.list?.first { $0["rel"]?.string == "self" }
    self.init(
      id: id, url: link?["href"]?.string,
      oldest: raw["min_version"]?.string.flatMap { Microversion($0) },
      newest: (raw["version"] ?? raw["max_version"])?.string.flatMap { Microversion($0) })
  }

  /// All versions in a document, of any of the shapes that services give.
  static func all(in document: Value) -> [APIVersion] {
    let listed = document["versions"]?["values"]?.list ?? document["versions"]?.list
    return (listed ?? document["version"].map { [$0] } ?? []).compactMap { APIVersion($0) }
  }

  /// Whether it is of the same major version as a path segment such as `v2.0`.
  func matches(_ segment: String) -> Bool { majorVersion(id) == majorVersion(segment) }
}

/// The 2 of `v2.1`; nil when the text is no version.
func majorVersion(_ segment: some StringProtocol) -> Int? {
  guard segment.first == "v" else { return nil }
  let digits = segment.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
  guard digits.allSatisfy({ Int($0) != nil }) else { return nil }
  return digits.first.flatMap { Int($0) }
}
