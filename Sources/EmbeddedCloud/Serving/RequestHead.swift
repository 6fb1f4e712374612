import HTTP

/// The head of a request: its first line and its fields.
struct RequestHead: Sendable {
  let method: Request.Method
  /// A path and a query.
  let target: String
  let headers: Headers
  let keepsAlive: Bool
  /// How long the body is, where it doesn't come in chunks.
  let length: Int
  let isChunked: Bool
  /// Whether the sender waits to be told to go on with the body.
  let isAwaited: Bool

  private typealias Refusal = RequestReader.Refusal

  private static let fieldLimit = 100

  /// Reads a head, up to the empty line that ends it.
  init(_ bytes: ArraySlice<UInt8>) throws(RequestReader.Refusal) {
    guard let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: { $0.value < 32 && $0 != "\r" && $0 != "\n" && $0 != "\t" })
    else { throw Self.malformed("the request's head isn't text") }
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }[...]
    let words = (lines.popFirst() ?? "").split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, let target = Self.target(words[1]) else {
      throw Self.malformed("the first line isn't a method, a target and a version")
    }
    self.target = target
    let version = words[2]
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw version.hasPrefix("HTTP/")
        ? Refusal(status: 505, message: "this server speaks HTTP/1.1")
        : Self.malformed("the first line isn't a method, a target and a version")
    }
    headers = try Self.fields(lines.filter { !$0.isEmpty && $0 != "\r" })
    guard let method = Request.Method(rawValue: String(words[0])) else {
      throw Refusal(status: 501, message: "there is no such method here")
    }
    self.method = method
    if version == "HTTP/1.1", headers["Host"] == nil { throw Self.malformed("the request names no host") }
    (isChunked, length) = try Self.framing(headers, version)
    isAwaited = headers["Expect"]?.lowercased() == "100-continue"
    let wishes = headers.all("Connection").flatMap { $0.lowercased().split(separator: ",") }.map(\.trimmed)
    keepsAlive = version == "HTTP/1.1" ? !wishes.contains("close") : wishes.contains("keep-alive")
  }

  /// A path with its query, also of a target that is a whole URL.
  private static func target(_ text: Substring) -> String? {
    if text.hasPrefix("/") { return String(text) }
    guard let scheme = text.firstRange(of: "://") else { return nil }
    let rest = text[scheme.upperBound...]
    return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
  }

  private static func fields(_ lines: [Substring]) throws(RequestReader.Refusal) -> Headers {
    guard lines.count <= fieldLimit else {
      throw Refusal(status: 431, message: "the request has more than \(fieldLimit) fields")
    }
    var headers: Headers = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), colon > line.startIndex,
        line[..<colon].utf8.allSatisfy(isToken)
      else { throw malformed("a line of the request's head is no field") }
      headers.append(String(line[..<colon]), String(line[line.index(after: colon)...].trimmed))
    }
    return headers
  }

  /// How the body comes (RFC 9112, 6): what two servers could understand in two ways is refused.
  private static func framing(
    _ headers: Headers, _ version: Substring
  ) throws(RequestReader.Refusal) -> (isChunked: Bool, length: Int) {
    let lengths = Set(headers.all("Content-Length"))
    let codings = headers.all("Transfer-Encoding")
    if !codings.isEmpty {
      guard lengths.isEmpty, version == "HTTP/1.1" else {
        throw malformed("the body's length is told in two ways")
      }
      guard codings.count == 1, codings[0].lowercased() == "chunked" else {
        throw Refusal(status: 501, message: "only the transfer coding chunked is known")
      }
      return (true, 0)
    }
    guard let text = lengths.first else { return (false, 0) }
    guard lengths.count == 1, text.utf8.allSatisfy({ (48...57).contains($0) }), let length = Int(text) else {
      throw malformed("the body's length is no number")
    }
    return (false, length)
  }

  private static func malformed(_ message: String) -> RequestReader.Refusal {
    Refusal(status: 400, message: message)
  }

  private static func isToken(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122: true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}

extension Headers {
  fileprivate func all(_ name: String) -> [String] {
    fields.filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
  }
}

extension Substring {
  /// Without the spaces and tabs around it.
  fileprivate var trimmed: Substring {
    let start = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
    return start.lastIndex { $0 != " " && $0 != "\t" && $0 != "\r" }.map { start[...$0] } ?? ""
  }
}
