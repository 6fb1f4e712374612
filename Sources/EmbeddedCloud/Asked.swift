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
  package let host: String
  package let timeout: Duration

  package init?(_ request: Request) {
    guard let scheme = request.url.firstRange(of: "://") else { return nil }
    let rest = request.url[scheme.upperBound...]
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard !host.isEmpty else { return nil }
    self.init(
      request.method, target: String(rest.dropFirst(host.count)), host: String(host),
      headers: request.headers,
      body: request.body, timeout: request.timeout)
  }

  package init(
    _ method: Request.Method, target: String, host: String, headers: Headers, body: [UInt8],
    timeout: Duration = .seconds(60)
  ) {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    self.init(
      method, (parts.first ?? "").split(separator: "/").map { decoded($0) },
      pairs(parts.dropFirst().first ?? ""),
      headers, body, host, timeout)
  }

  private init(
    _ method: Request.Method, _ path: [String], _ query: [(name: String, value: String)], _ headers: Headers,
    _ body: [UInt8], _ host: String, _ timeout: Duration
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.host = host
    self.timeout = timeout
  }

  func dropping(_ count: Int) -> Asked {
    Asked(method, Array(path.dropFirst(count)), query, headers, body, host, timeout)
  }

  func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

  /// The body as JSON.
  func json() throws(Refusal) -> Value {
    do { return try Value.json(body) } catch { throw .badRequest("Malformed request body: it is no JSON.") }
  }

  /// The member of the body that an API wraps its fields in.
  func fields(_ envelope: String) throws(Refusal) -> Fields {
    guard let fields = try json()[envelope]?.map else {
      throw .badRequest("Invalid input: the body has no '\(envelope)'.")
    }
    return fields
  }
}

/// The text behind percent signs; what is no code stays.
private func decoded(_ text: Substring) -> String {
  var bytes: [UInt8] = []
  var rest = Array(text.utf8)[...]
  while let byte = rest.popFirst() {
    if byte == UInt8(ascii: "%"), rest.count >= 2,
      let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
    {
      bytes.append(code)
      rest = rest.dropFirst(2)
    } else {
      bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

private func pairs(_ query: Substring) -> [(name: String, value: String)] {
  query.split(separator: "&").map { pair in
    let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let value = (parts.dropFirst().first ?? "").replacing("+", with: " ")
    return (decoded(parts.first ?? ""), decoded(value[...]))
  }
}
