import Document
package import HTTP

/// A request taken apart.
package struct Asked: Sendable {
  package let method: Request.Method
  /// The path's segments, percent-decoded.
  package let path: [String]
  package let query: [(name: String, value: String)]
  package let headers: Headers
  package let body: [UInt8]
  /// The host and port that the client named.
  package let host: String
  package let timeout: Duration

  /// Takes a request apart; nil when its URL isn't absolute.
  package init?(_ request: Request) {
    guard let scheme = request.url.firstRange(of: "://") else { return nil }
    let rest = request.url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard !host.isEmpty else { return nil }
    self.init(
      request.method, target: String(rest.dropFirst(host.count)), host: String(host),
      headers: request.headers, body: request.body, timeout: request.timeout)
  }

  /// Takes apart what came over a connection; `target` is the path and query as they came, percent-encoded.
  package init(
    _ method: Request.Method, target: String, host: String, headers: Headers, body: [UInt8],
    timeout: Duration = .seconds(60)
  ) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      method: method, path: (parts.first ?? "").split(separator: "/").map(percentDecoded),
      query: pairs(parts.dropFirst().first ?? ""), headers: headers, body: body, host: host, timeout: timeout)
  }

  private init(
    method: Request.Method, path: [String], query: [(name: String, value: String)], headers: Headers,
    body: [UInt8], host: String, timeout: Duration
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.host = host
    self.timeout = timeout
  }

  /// The same request without the first segments of its path.
  func dropping(_ count: Int) -> Asked {
    Asked(
      method: method, path: Array(path.dropFirst(count)), query: query, headers: headers, body: body,
      host: host, timeout: timeout)
  }

  /// The first value of a member of the query.
  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }
}

private func pairs(_ query: Substring) -> [(name: String, value: String)] {
  query.split(separator: "&").map { pair in
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = (parts.dropFirst().first ?? "").replacing("+", with: " ")
    return (percentDecoded(parts.first ?? ""), percentDecoded(value[...]))
  }
}
