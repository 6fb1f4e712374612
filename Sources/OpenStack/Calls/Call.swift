package import Document
package import HTTP

/// One request to a service, before it is known where that is.
package struct Call: Sendable {
  package enum Body: Sendable {
    case none
    case json(Value)
    case bytes([UInt8], type: String)
    /// A file, which is sent piece by piece.
    case file(FileSlice, type: String)
  }

  package var service: Service
  package var method: String
  /// What comes after the endpoint's URL, with its leading slash, percent-encoded.
  package var path: String
  package var query: Query
  package var headers: [String: String]
  package var body: Body
  /// The least microversion that will do; without it, the newest known to both sides is used all the same.
  package var needs: Microversion?
  /// The newest microversion that will do.
  package var atMost: Microversion?
  /// The path of a file that the answer's body is written to.
  package var target: String?
  package var progress: Progress?

  package init(
    _ service: Service, _ method: String, _ path: String, query: Query = [:],
    headers: [String: String] = [:], body: Body = .none, needs: Microversion? = nil,
    atMost: Microversion? = nil, target: String? = nil, progress: Progress? = nil
  ) {
    self.service = service
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    self.needs = needs
    self.atMost = atMost
    self.target = target
    self.progress = progress
  }
}

/// A service's answer of a status below 400.
package struct Answer: Sendable {
  let exchange: Exchange
  let response: Response

  package var status: Int { response.status }
  package var bytes: [UInt8] { response.body }

  package func header(_ name: String) -> String? { response.headers[name] }

  /// The headers whose name starts so, by the rest of the name in lower case.
  package func headers(startingWith prefix: String) -> [String: String] {
    var found: [String: String] = [:]
    for (name, value) in response.headers.fields where name.lowercased().hasPrefix(prefix.lowercased()) {
      found[name.dropFirst(prefix.count).lowercased()] = value
    }
    return found
  }

  /// The body as JSON; null when there is none.
  package func value() throws -> Value { try exchange.value(of: response) }

  /// The error that the answer is not what the API promises.
  func unexpected(_ why: String) -> OpenStackError { exchange.unexpected(response, why) }
}
