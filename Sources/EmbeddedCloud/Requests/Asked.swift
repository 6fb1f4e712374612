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

/// The text behind percent signs; what is no code stays.
func percentDecoded(_ text: Substring) -> String {
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
    return (percentDecoded(parts.first ?? ""), percentDecoded(value[...]))
  }
}

/// A text in the form in which it may stand in a query.
func percentEncoded(_ text: String) -> String {
  text.utf8.map { byte in
    let character = Character(UnicodeScalar(byte))
    let isPlain = byte < 128 && (character.isLetter || character.isNumber || "-_.~:/,".contains(character))
    if isPlain { return String(character) }
    return "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
  }.joined()
}
