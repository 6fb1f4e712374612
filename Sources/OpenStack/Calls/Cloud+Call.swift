package import Document
import HTTP
import Secrets

extension Cloud {
  /// Makes any call of any service's API.
  ///
  /// The service is its type or an alias, such as `compute` or `volumev3`; the path is what comes after the
  /// endpoint's URL, such as `/servers/detail`. Gives the answer's JSON, null when there is none, and throws
  /// `OpenStackError` for anything but success.
  package func request(
    service: String, method: String = "GET", path: String, query: Query = [:], body: Value? = nil
  ) async throws -> Value {
    let call = Call(Service(service), method, path, query: query, body: body.map { .json($0) } ?? .none)
    return try await send(call).value()
  }

  /// Makes a call, logging in when needed and once again when the token has been refused.
  package func send(_ call: Call) async throws -> Answer {
    do {
      return try await answer(to: call)
    } catch var error as OpenStackError where error.cloud == nil {
      error.cloud = configuration.name
      throw error
    }
  }

  private func answer(to call: Call) async throws -> Answer {
    try await withToken { try await attempt(call, $0).checked() }
  }

  /// Does something with a token, and once again with a new one when that has been refused, which a version document
  /// may do as well as the call itself.
  func withToken<Result>(_ body: (Token) async throws -> Result) async throws -> Result {
    let token = try await session.token()
    do { return try await body(token) } catch let error as OpenStackError where error.code == .unauthorized {
      endpoints.forget()
      return try await body(try await session.token(insteadOf: token))
    }
  }

  private func attempt(_ call: Call, _ token: Token) async throws -> Answer {
    let endpoint = try await endpoint(of: call.service, token)
    let request = try await request(call, endpoint, token)
    let exchange = Exchange(service: call.service, request: request)
    do {
      let response = try await followed(try await transport.move(request), request, endpoint)
      return Answer(exchange: exchange, response: response)
    } catch let error as HTTPError {
      throw exchange.failure(error)
    }
  }

  /// The answer of where a redirection leads, as Heat's from a stack's name to its whole path.
  ///
  /// The method stays, as Heat wants it; the host stays ours, as the one in the link is often out of reach.
  private func followed(_ first: Response, _ request: Request, _ endpoint: Endpoint) async throws -> Response
  {
    var response = first
    for _ in 0..<3 where [301, 302, 303, 307, 308].contains(response.status) {
      guard let location = response.headers["Location"], let tail = endpoint.tail(of: location) else { break }
      var next = request
      next.url = tail
      response = try await transport.move(next)
    }
    return response
  }

  private func request(_ call: Call, _ endpoint: Endpoint, _ token: Token) async throws -> Request {
    guard let method = Request.Method(rawValue: call.method.uppercased()) else {
      throw OpenStackError(.badRequest, "\(call.method) is no HTTP method that can be sent")
    }
    var headers: Headers = ["X-Auth-Token": token.secret.reveal(), "Accept": "application/json"]
    if let version = try await microversion(for: call, endpoint, token) {
      headers["OpenStack-API-Version"] = "\(call.service.microversionName) \(version)"
    }
    var body: [UInt8] = []
    switch call.body {
    case .none: break
    case .json(let value):
      headers["Content-Type"] = "application/json"
      body = Array(value.jsonText().utf8)
    case .bytes(let bytes, let type):
      headers["Content-Type"] = type
      body = bytes
    case .file(_, let type): headers["Content-Type"] = type
    }
    for (name, value) in call.headers { headers[name] = value }
    var request = Request(
      method, endpoint.url + call.path + call.query.urlText, headers: headers, body: body,
      timeout: configuration.timeout)
    if case .file(let slice, _) = call.body { request.source = slice }
    request.target = call.target
    request.progress = call.progress
    // A service may think long about a large file before it answers.
    if request.movesFile { request.timeout = max(request.timeout, .seconds(300)) }
    return request
  }
}

extension Answer {
  fileprivate func checked() throws -> Answer {
    if status >= 400 { throw exchange.failure(response) }
    return self
  }
}
