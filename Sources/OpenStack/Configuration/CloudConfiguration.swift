package import HTTP
package import Secrets

/// Where a cloud is and as whom to use it: one entry of `clouds.yaml`, or the `OS_*` variables.
package struct CloudConfiguration: Sendable {
  /// The name in `clouds.yaml`; `envvars` for the environment.
  package var name: String
  /// Keystone's URL, with or without version.
  package var authURL: String
  package var login: Login
  package var scope: Scope
  package var region: String?
  package var interface: Interface
  package var tls: TLSOptions
  /// What is set for one service, by the service's official type, such as `block-storage`.
  package var services: [String: ServiceSettings]
  /// The networks to take where a template names none.
  package var networks: Networks
  /// The time allowed for one request.
  package var timeout: Duration

  package init(
    name: String, authURL: String, login: Login, scope: Scope = .unscoped, region: String? = nil,
    interface: Interface = .public, tls: TLSOptions = TLSOptions(),
    services: [String: ServiceSettings] = [:], networks: Networks = Networks(),
    timeout: Duration = .seconds(60)
  ) {
    self.name = name
    self.authURL = authURL
    self.login = login
    self.scope = scope
    self.region = region
    self.interface = interface
    self.tls = tls
    self.services = services
    self.networks = networks
    self.timeout = timeout
  }

  /// How to prove who asks.
  package enum Login: Sendable, Hashable {
    case password(user: Named, password: Secret)
    case token(Secret)
    /// An application credential by its id, or by its name and the user it belongs to.
    case applicationCredential(Named, user: Named?, secret: Secret)
  }

  /// What the token is to be good for.
  package enum Scope: Sendable, Hashable {
    case project(Named)
    case domain(Domain)
    case system
    case unscoped
  }

  /// A user, project or credential: by id, or by name within a domain.
  package enum Named: Sendable, Hashable {
    case id(String)
    case name(String, Domain?)
  }

  package enum Domain: Sendable, Hashable {
    case id(String)
    case name(String)
  }

  /// Which of a service's endpoints to use.
  package enum Interface: String, Sendable, CaseIterable {
    case `public`, `internal`, admin
  }

  /// What a cloud's entry says, under `networks`, of the project's networks; each by name or id.
  ///
  /// Source: <https://docs.openstack.org/openstacksdk/latest/user/config/network-config.html>.
  package struct Networks: Sendable, Hashable {
    /// That of the servers that name none (`default_interface`).
    package var servers: String?
    /// That floating IPs come from (`nat_source`).
    package var addresses: String?

    package init(servers: String? = nil, addresses: String? = nil) {
      self.servers = servers
      self.addresses = addresses
    }
  }

  /// What a cloud's entry says about one service.
  package struct ServiceSettings: Sendable, Hashable {
    /// The URL to use instead of the catalog's.
    package var endpoint: String?
    /// The type to look for in the catalog.
    package var type: String?
    package var region: String?
    package var interface: Interface?
    /// The microversion to ask for, instead of the newest that both sides know.
    package var microversion: Microversion?

    package init(
      endpoint: String? = nil, type: String? = nil, region: String? = nil, interface: Interface? = nil,
      microversion: Microversion? = nil
    ) {
      self.endpoint = endpoint
      self.type = type
      self.region = region
      self.interface = interface
      self.microversion = microversion
    }
  }
}
