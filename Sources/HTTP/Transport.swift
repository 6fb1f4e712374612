package import Ambience

/// Carries a request to a server and brings its response back.
///
/// libcurl's transport and the embedded cloud are the two that exist. A response of any status is an answer,
/// not an error; what is thrown is an `HTTPError`, or `CancellationError` when the task was cancelled.
package protocol Transport: Sendable {
  func send(_ request: Request) async throws -> Response

  /// Whether it moves the files of a request (`source`, `target`) piece by piece.
  var movesFiles: Bool { get }
}

extension Transport {
  package var movesFiles: Bool { false }
}

package struct Request: Sendable {
  package enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case patch = "PATCH"
    case delete = "DELETE"

    /// Whether sending it twice has the effect of sending it once (RFC 9110, 9.2.2), so that it may be
    /// retried.
    package var isIdempotent: Bool { self != .post && self != .patch }
    /// Whether it changes nothing.
    var onlyReads: Bool { self == .get || self == .head }
  }

  package var method: Method
  /// An absolute URL, already percent-encoded.
  package var url: String
  package var headers: Headers
  package var body: [UInt8]
  /// What is sent instead of `body`.
  package var source: FileSlice?
  /// The path of the file that a successful response's body is written to, instead of into memory.
  package var target: String?
  /// Is told how much of a file has been moved.
  package var progress: Progress?
  /// The time allowed from the first byte of the name look-up to the last of the response.
  ///
  /// A request that moves a file may take as long as it likes; this is how long it may stand still.
  package var timeout: Duration
  /// Whether the response is to tell when the server's certificate ends; it then comes over a new connection.
  package var wantsCertificate = false
  /// Whether the server's certificate and host name are checked, where the transport checks them at all.
  package var verifiesServer = true

  package init(
    _ method: Method, _ url: String, headers: Headers = [:], body: [UInt8] = [],
    timeout: Duration = .seconds(60)
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

package struct Response: Sendable {
  package let status: Int
  package let headers: Headers
  package let body: [UInt8]
  /// When the server's certificate ends, where that was wanted and there is one.
  package let certificateEnd: Timestamp?

  package init(status: Int, headers: Headers = [:], body: [UInt8] = [], certificateEnd: Timestamp? = nil) {
    self.status = status
    self.headers = headers
    self.body = body
    self.certificateEnd = certificateEnd
  }
}

/// Header fields in order; names compare without regard to case.
package struct Headers: Sendable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [(name: String, value: String)] = []

  package init(dictionaryLiteral elements: (String, String)...) {
    for (name, value) in elements { self[name] = value }
  }

  /// The first field of a name; setting it replaces all of that name.
  package subscript(name: String) -> String? {
    get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
    set {
      fields.removeAll { $0.name.lowercased() == name.lowercased() }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  package mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }
}
