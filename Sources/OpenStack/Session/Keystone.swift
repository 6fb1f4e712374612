import Document
import HTTP
import Secrets

/// Keystone's login (Identity API v3, `POST /v3/auth/tokens`).
struct Keystone: Sendable {
  let configuration: CloudConfiguration
  let transport: any Transport

  func logIn() async throws -> Token {
    let url = tokensURL
    let request = Request(
      .post, url, headers: ["Content-Type": "application/json", "Accept": "application/json"],
      body: Array(loginBody.jsonText().utf8), timeout: configuration.timeout)
    let exchange = Exchange(service: .identity, request: request)
    let response: Response
    do {
      response = try await transport.send(request)
    } catch let error as HTTPError {
      throw exchange.failure(error)
    }
    guard response.status == 201 || response.status == 200 else { throw refusal(exchange, response) }
    guard
      let secret = response.headers["X-Subject-Token"],
      let token = Token(try exchange.value(of: response), secret: Secret(secret))
    else { throw exchange.unexpected(response, "the answer holds no token") }
    return token
  }

  /// The URL to log in at, whatever version the configured one names.
  private var tokensURL: String {
    var base = configuration.authURL
    while base.hasSuffix("/") { base.removeLast() }
    for suffix in ["/v2.0", "/v3"] where base.hasSuffix(suffix) { base.removeLast(suffix.count) }
    return base + "/v3/auth/tokens"
  }

  private func refusal(_ exchange: Exchange, _ response: Response) -> OpenStackError {
    let error = exchange.failure(response)
    if [300, 404, 405].contains(response.status) { return wrongAddress(error) }
    guard error.code == .unauthorized else { return error }
    return OpenStackError(
      .unauthorized,
      "cloud \(configuration.name) doesn't accept \(configuration.login.person) at \(configuration.authURL)"
        + reason(error.message),
      status: error.status, requestID: error.requestID, service: .identity, method: error.method,
      url: error.url, hint: configuration.loginHint)
  }

  /// Why Keystone refuses, in a cloud that is set up to say so.
  private func reason(_ message: String) -> String {
    guard !message.hasPrefix("The request you have made requires authentication"),
      let end = message.firstRange(of: " (Disable insecure_debug")?.lowerBound
    else { return "" }
    return ": " + message[..<end]
  }

  /// The answer of something that isn't Keystone's version 3.
  private func wrongAddress(_ error: OpenStackError) -> OpenStackError {
    OpenStackError(
      error.code, "what answers at \(configuration.authURL) takes no logins: \(error.message)",
      status: error.status, requestID: error.requestID, service: .identity, method: error.method,
      url: error.url, hint: "auth_url must be the address of a Keystone with API version 3")
  }

  // MARK: - The request's body

  private var loginBody: Value {
    var auth: [(String, Value)] = [("identity", identity)]
    if let scope { auth.append(("scope", scope)) }
    return ["auth": .object(auth)]
  }

  private var identity: Value {
    switch configuration.login {
    case .password(let user, let password):
      [
        "methods": ["password"],
        "password": ["user": .object(user.fields + [("password", .string(password.reveal()))])],
      ]
    case .token(let token):
      ["methods": ["token"], "token": ["id": .string(token.reveal())]]
    case .applicationCredential(let credential, let user, let secret):
      [
        "methods": ["application_credential"],
        "application_credential": .object(
          credential.fields + (user.map { [("user", .object($0.fields))] } ?? [])
            + [("secret", .string(secret.reveal()))]),
      ]
    }
  }

  /// An application credential is good for one project and takes no scope.
  private var scope: Value? {
    if case .applicationCredential = configuration.login { return nil }
    return switch configuration.scope {
    case .project(let project): ["project": .object(project.fields)]
    case .domain(let domain): ["domain": domain.value]
    case .system: ["system": ["all": true]]
    case .unscoped: nil
    }
  }
}

extension CloudConfiguration.Named {
  var fields: [(String, Value)] {
    switch self {
    case .id(let id): [("id", .string(id))]
    case .name(let name, let domain):
      [("name", .string(name))] + (domain.map { [("domain", $0.value)] } ?? [])
    }
  }

  /// The name, or the id where there is no name.
  var text: String {
    switch self {
    case .id(let text), .name(let text, _): text
    }
  }
}

extension CloudConfiguration.Domain {
  var value: Value {
    switch self {
    case .id(let id): ["id": .string(id)]
    case .name(let name): ["name": .string(name)]
    }
  }
}

extension CloudConfiguration.Login {
  /// Who asks, in words: `user demo`.
  var person: String {
    switch self {
    case .password(let user, _): "the password of user \(user.text)"
    case .token: "the given token"
    case .applicationCredential(let credential, _, _): "application credential \(credential.text)"
    }
  }
}

extension CloudConfiguration {
  var loginHint: String {
    switch login {
    case .password:
      "check username, password and domain of cloud \(name) in clouds.yaml, or OS_USERNAME and OS_PASSWORD"
    case .token: "the token may have expired: get a new one with \"openstack token issue\""
    case .applicationCredential:
      "check its id and secret; it may have expired, or its user may have lost the project"
    }
  }
}
