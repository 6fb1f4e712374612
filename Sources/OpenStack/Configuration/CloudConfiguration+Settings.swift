import Document
import HTTP
import Secrets

extension CloudConfiguration {
  /// Understands a cloud's settings; all that is wrong with them is told at once.
  init(_ settings: CloudSettings, named name: String) throws(Diagnostics) {
    var reader = SettingsReader(name: name, settings: settings)
    let authURL = reader.required(
      "auth_url", hint: "set auth_url to Keystone's URL, such as https://cloud:5000/v3")
    let login = reader.login()
    let interface = reader.interface("interface", "endpoint_type") ?? .public
    let services = reader.services()
    let networks = reader.networks()
    let timeout = settings.text("api_timeout", "timeout").flatMap { Double($0) }.map { Duration.seconds($0) }
    guard let authURL, let login, reader.problems.isEmpty else { throw Diagnostics(reader.problems) }
    self.init(
      name: name, authURL: settings.filled(authURL), login: login, scope: reader.scope(),
      region: settings.text("region_name"), interface: interface, tls: reader.tls(), services: services,
      networks: networks, timeout: timeout ?? .seconds(60))
  }
}

/// Reads settings and collects what is wrong with them.
private struct SettingsReader {
  let name: String
  let settings: CloudSettings
  private(set) var problems: [Diagnostic] = []

  init(name: String, settings: CloudSettings) {
    self.name = name
    self.settings = settings
  }

  mutating func required(_ key: String, hint: String? = nil) -> String? {
    if let text = settings.text(key) { return text }
    let variable = "OS_" + key.uppercased()
    problems.append(
      Diagnostic(
        .error, "missing_setting", "cloud \(name) has no \(key)", at: settings.place,
        hint: hint ?? "set \(key) under auth in clouds.yaml, or \(variable)"))
    return nil
  }

  // MARK: - Who

  mutating func login() -> CloudConfiguration.Login? {
    let hasToken = settings.text("token", "auth_token") != nil
    let setting = settings.setting("auth_type") ?? settings.setting("auth_plugin")
    let type = setting?.text ?? "password"
    switch type {
    case "password" where hasToken && settings.text("password") == nil, "token", "v3token":
      let token = settings.text("token", "auth_token") ?? required("token")
      return token.map { .token(Secret($0)) }
    case "password", "v3password":
      let user = user()
      if user == nil { _ = required("username") }
      let password = required("password")
      if let user, let password { return .password(user: user, password: Secret(password)) }
      return nil
    case "v3applicationcredential": return applicationCredential()
    default:
      let known = ["password", "token", "v3password", "v3token", "v3applicationcredential"]
      let guess = nearest(to: type, among: known).map { "did you mean \($0)?" }
      problems.append(
        Diagnostic(
          .error, "unknown_auth_type", "auth_type \(type) is not supported", at: setting?.place,
          hint: guess ?? "use one of \(known.joined(separator: ", "))"))
      return nil
    }
  }

  private mutating func applicationCredential() -> CloudConfiguration.Login? {
    let secret = required("application_credential_secret")
    let name = settings.text("application_credential_name")
    let id =
      settings.text("application_credential_id")
      ?? (name == nil ? required("application_credential_id") : nil)
    guard let secret,
      let credential = id.map({ .id($0) }) ?? name.map({ CloudConfiguration.Named.name($0, nil) })
    else { return nil }
    return .applicationCredential(credential, user: id == nil ? user() : nil, secret: Secret(secret))
  }

  private func user() -> CloudConfiguration.Named? {
    if let id = settings.text("user_id") { return .id(id) }
    return settings.text("username", "user_name", "user").map { .name($0, domain("user")) }
  }

  // MARK: - For what

  func scope() -> CloudConfiguration.Scope {
    if settings.text("system_scope") == "all" { return .system }
    if let id = settings.text("project_id", "tenant_id") { return .project(.id(id)) }
    if let name = settings.text("project_name", "tenant_name") {
      return .project(.name(name, domain("project")))
    }
    if let id = settings.text("domain_id") { return .domain(.id(id)) }
    if let name = settings.text("domain_name") { return .domain(.name(name)) }
    return .unscoped
  }

  /// The domain of the user or project: its own, the common one, the default one, or the one called `default`.
  private func domain(_ of: String) -> CloudConfiguration.Domain {
    for prefix in [of + "_domain", "domain", "default_domain"] {
      if let id = settings.text(prefix + "_id") { return .id(id) }
      if let name = settings.text(prefix + "_name") { return .name(name) }
    }
    return .id("default")
  }

  // MARK: - How

  mutating func interface(_ keys: String...) -> CloudConfiguration.Interface? {
    guard let setting = keys.compactMap({ settings.top[$0] }).first, !setting.text.isEmpty else { return nil }
    let text = setting.text.hasSuffix("URL") ? String(setting.text.dropLast(3)) : setting.text
    if let interface = CloudConfiguration.Interface(rawValue: text) { return interface }
    problems.append(
      Diagnostic(
        .error, "bad_setting", "\(setting.text) is no interface", at: setting.place,
        hint: "use public, internal or admin"))
    return nil
  }

  func tls() -> TLSOptions {
    let verifies = !settings.isTrue("insecure") && settings.top["verify"]?.text.lowercased() != "false"
    return TLSOptions(
      verifies: verifies, authorityFile: settings.text("cacert"), certificateFile: settings.text("cert"),
      keyFile: settings.text("key"))
  }

  /// What is set per service, such as `compute_endpoint_override` or `volume_region_name`.
  mutating func services() -> [String: CloudConfiguration.ServiceSettings] {
    var found: [String: CloudConfiguration.ServiceSettings] = [:]
    let suffixes = [
      "_endpoint_override", "_endpoint", "_service_type", "_region_name", "_interface", "_endpoint_type",
      "_default_microversion",
    ]
    for key in settings.top.keys.sorted() {
      guard let suffix = suffixes.first(where: { key.hasSuffix($0) }), let setting = settings.top[key],
        !setting.text.isEmpty
      else { continue }
      let type = Service(String(key.dropLast(suffix.count))).type
      var service = found[type] ?? .init()
      switch suffix {
      case "_endpoint_override", "_endpoint": service.endpoint = settings.filled(setting.text)
      case "_service_type": service.type = setting.text
      case "_region_name": service.region = setting.text
      case "_default_microversion": service.microversion = Microversion(setting.text)
      default: service.interface = interface(key)
      }
      found[type] = service
    }
    return found
  }

  /// Which networks to take where none is named.
  mutating func networks() -> CloudConfiguration.Networks {
    CloudConfiguration.Networks(
      servers: onlyNetwork("default_interface", \.isDefaultInterface),
      addresses: onlyNetwork("nat_source", \.isSourceOfAddresses))
  }

  private mutating func onlyNetwork(
    _ key: String, _ says: (CloudSettings.NetworkNote) -> Bool
  ) -> String? {
    let chosen = settings.networks.filter(says)
    if chosen.count > 1 {
      problems.append(
        Diagnostic(
          .error, "bad_setting", "\(key) is true for both \(chosen[0].name.text) and \(chosen[1].name.text)",
          at: chosen[1].name.place, hint: "say it of one network"))
    }
    return chosen.first?.name.text
  }
}
