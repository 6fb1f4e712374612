/// What a loop can ask a place by itself, ready to be sent.
///
/// Names are looked up when it is asked.
package struct Question: Sendable {
  enum Kind: Sendable {
    /// Does it accept connections?
    case connection
    /// Does it serve a page over plain HTTP?
    case page(PageQuestion)
    /// Does a name server know a name?
    case name(NameQuestion)
    /// Nothing is asked: heartbeats are waited for.
    case nothing
  }

  /// A name or a numeric address.
  let host: String
  /// The address, where it is numeric.
  let address: SocketAddress?
  let port: UInt16
  let kind: Kind

  private init(host: String, port: UInt16, kind: Kind) {
    self.host = host
    self.port = port
    self.kind = kind
    address = SocketAddress(numeric: host)
  }

  /// Whether the place accepts connections; nil when there is no such port.
  package static func connection(_ host: String, port: Int) -> Question? {
    guard let port = UInt16(exactly: port), port > 0 else { return nil }
    return Question(host: host, port: port, kind: .connection)
  }

  /// Whether a page is served; nil for a URL that isn't one of plain HTTP, or names a user.
  package static func page(_ url: String, _ expectation: HTTPExpectation, keepsAlive: Bool = false)
    -> Question?
  {
    guard let url = WebAddress(url), !url.isSecure, !url.hasUser else { return nil }
    let page = PageQuestion(
      request: PageQuestion.request(url, keepsAlive: keepsAlive), expectation: expectation,
      keepsAlive: keepsAlive)
    return Question(host: url.host, port: url.port, kind: .page(page))
  }

  /// Whether a name server answers for a name; nil for what is no name, or no address to be found.
  package static func name(
    _ name: String, _ record: NameRecord, address: String?, at server: String, port: Int = 53
  ) -> Question? {
    guard let port = UInt16(exactly: port), port > 0,
      let question = NameQuestion(name, record, address: address)
    else { return nil }
    return Question(host: server, port: port, kind: .name(question))
  }

  /// Heartbeats of which none may be missing for longer than the interval.
  package static let heartbeat = Question(host: "", port: 0, kind: .nothing)
}

extension Question {
  /// Whether it is asked by a datagram, of which none may be answered.
  var isDatagram: Bool { if case .name = kind { true } else { false } }
}

/// A GET and what is wanted of its response.
final class PageQuestion: Sendable {
  let request: [UInt8]
  let expectation: HTTPExpectation
  /// Whether the connection is kept for the next time.
  let keepsAlive: Bool

  init(request: [UInt8], expectation: HTTPExpectation, keepsAlive: Bool) {
    self.request = request
    self.expectation = expectation
    self.keepsAlive = keepsAlive
  }

  fileprivate static func request(_ url: WebAddress, keepsAlive: Bool) -> [UInt8] {
    Array(
      """
      GET \(url.path) HTTP/1.1\r
      Host: \(url.authority)\r
      User-Agent: kiln\r
      Accept: */*\r
      Connection: \(keepsAlive ? "keep-alive" : "close")\r
      \r

      """.utf8)
  }
}

/// The parts of an http or https URL that a request needs.
struct WebAddress: Sendable, Hashable {
  let isSecure: Bool
  let host: String
  let port: UInt16
  /// Whether it names a user, to be proved by a password.
  let hasUser: Bool
  /// The path with the query.
  let path: String

  init?(_ url: String) {
    // What isn't plain ASCII or holds spaces must have been encoded.
    guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let scheme = url.firstRange(of: "://") else {
      return nil
    }
    switch url[..<scheme.lowerBound].lowercased() {
    case "http": isSecure = false
    case "https": isSecure = true
    default: return nil
    }
    let rest = url[scheme.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let path = rest[end...].prefix { $0 != "#" }
    self.path = path.hasPrefix("/") ? String(path) : "/" + path
    var authority = rest[..<end]
    let at = authority.lastIndex(of: "@")
    hasUser = at != nil
    if let at { authority = authority[authority.index(after: at)...] }
    var name = authority
    var digits = Substring()
    if authority.first == "[", let end = authority.firstIndex(of: "]") {
      name = authority[authority.index(after: authority.startIndex)..<end]
      digits = authority[authority.index(after: end)...].dropFirst()
    } else if let colon = authority.lastIndex(of: ":") {
      name = authority[..<colon]
      digits = authority[authority.index(after: colon)...]
    }
    guard !name.isEmpty, let port = digits.isEmpty ? (isSecure ? 443 : 80) : UInt16(digits), port > 0 else {
      return nil
    }
    host = String(name)
    self.port = port
  }

  /// The host as URLs have it, with the port where it isn't the scheme's own.
  var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
  }
}
