import Ambience
import Document
import Secrets

/// What Keystone gave for a login: the token, what it is good for, and the catalog.
struct Token: Sendable {
  /// Two tokens are the same login when this is equal.
  let secret: Secret
  let expires: Timestamp
  let user: Principal
  let project: Principal?
  let roles: [String]
  let catalog: Catalog

  /// Reads the answer of `POST /v3/auth/tokens`.
  init?(_ body: Value, secret: Secret) {
    guard let token = body["token"], let user = Principal(token["user"]) else { return nil }
    self.secret = secret
    self.user = user
    expires =
      token["expires_at"]?.string.flatMap(Timestamp.init(iso8601:)) ?? Timestamp(milliseconds: .max)
    project = Principal(token["project"])
    roles = (token["roles"]?.list ?? []).compactMap { $0["name"]?.string }
    catalog = Catalog(token["catalog"])
  }

  /// Whether it is good for at least the time of a long call.
  func isFresh(at now: Timestamp) -> Bool { expires - now > .seconds(60) }
}

/// A user or project that a token names.
package struct Principal: Sendable, Hashable {
  package let id: String
  package let name: String
  package let domainID: String?

  init?(_ raw: Value?) {
    guard let raw, let id = raw["id"]?.string else { return nil }
    self.id = id
    name = raw["name"]?.string ?? id
    domainID = raw["domain"]?["id"]?.string
  }
}
