import Ambience
import Document
import EmbeddedCloud
import Glibc
import HTTP
import HighAvailability
import Loading
import OpenStack
import OrderedCollections
import Resources
import Scripting
import Shell
import StackEngine
import Store

/// Opens clouds as the command line and the environment say.
struct Opening: Sendable {
  static let embeddedName = "embedded"
  /// The same for the one who may make users, flavors and volume types.
  static let embeddedAdminName = "embedded-admin"

  let environment: [String: String]
  let ambient: Ambient
  /// The journal's file or database, when one is named.
  let store: String?
  /// The cloud that is meant when none is named.
  let defaultName: String
  /// What scripts resolve of dynamic references.
  let resolvers = ScriptReferences()
  let types = ScriptTypes()
  let hooks = ScriptHooks()
  /// The policy plugins, which supervisors ask.
  let policies: PluginHost
  /// The requests that go to all of its clouds.
  let traffic = TrafficLog()

  init(_ options: CloudOptions, environment: [String: String], ambient: Ambient) throws {
    try self.init(cloud: options.cloud, store: options.store, environment: environment, ambient: ambient)
    traffic.level = options.http
    traffic.show { for line in $0.lines { Output.errors.line(line) } }
  }

  /// An opening of the named cloud, or of the one that the environment chooses.
  init(cloud: String?, store: String?, environment: [String: String], ambient: Ambient) throws {
    self.environment = environment
    self.ambient = ambient
    policies = PluginHost(ambient: ambient, servant: PluginHostCommand.program)
    self.store = store
    defaultName = try cloud ?? Self.chosenName(environment)
  }

  /// The cloud that the environment names, else the only one it describes, else the embedded one.
  private static func chosenName(_ environment: [String: String]) throws -> String {
    if let name = environment["OS_CLOUD"], !name.isEmpty { return name }
    let names = try CloudConfiguration.names(environment: environment)
    if environment["OS_AUTH_URL"]?.isEmpty == false { return environment["OS_CLOUD_NAME"] ?? "envvars" }
    return names.count == 1 ? names[0] : embeddedName
  }

  var sessions: Sessions {
    let opening = self
    return Sessions(defaultName: defaultName) { try await opening.session($0) }
  }

  func session(_ name: String) async throws -> CloudSession {
    let isEmbedded = [Self.embeddedName, Self.embeddedAdminName].contains(name)
    return isEmbedded ? try await embedded(as: name) : try await real(name)
  }

  // MARK: - The two kinds of cloud

  private func real(_ name: String) async throws -> CloudSession {
    let configuration = try CloudConfiguration.load(cloud: name, environment: environment)
    let network = CurlTransport(CurlTransport.Options(tls: configuration.tls))
    // Inside what retries, so that each attempt is seen.
    let traced = TracedTransport(network, log: traffic, ambient: ambient)
    let paced = PacedTransport(FencedTransport(SettlingTransport(traced, ambient: ambient)))
    let cloud = Cloud(
      configuration: configuration, transport: RetryingTransport(paced, ambient: ambient), ambient: ambient)
    let journal = try await journal(store ?? defaultStore(for: name))
    return try session(
      name, cloud, journal, region: configuration.region,
      prober: NetworkProber(transport: network, ambient: ambient))
  }

  /// The cloud in memory, for its ordinary user or for its administrator.
  private func embedded(as name: String) async throws -> CloudSession {
    let embedded = EmbeddedCloud(ambient: ambient)
    let configuration = CloudConfiguration.embedded(named: name, isAdmin: name == Self.embeddedAdminName)
    let traced = TracedTransport(embedded, log: traffic, ambient: ambient)
    let cloud = Cloud(configuration: configuration, transport: traced, ambient: ambient)
    let journal: any Journal = if let store { try await journal(store) } else { MemoryJournal() }
    return try session(
      name, cloud, journal, region: configuration.region, prober: embedded.prober,
      embedded: embedded)
  }

  private func session(
    _ name: String, _ cloud: Cloud, _ journal: any Journal, region: String?, prober: any Prober,
    embedded: EmbeddedCloud? = nil
  ) throws -> CloudSession {
    let texts = TextLoader(web: { CurlTransport() }) { cloud.object }
    var catalog = try ResourceCatalog.openStack(cloud: cloud, ambient: ambient) { address in
      do throws(TextLoader.Failure) { return try await texts.text(at: address) } catch {
        throw Diagnostic("unreadable_file", "\(address) \(error.why)")
      }
    }
    catalog.others = { [types] in types[$0] }
    let engine = Engine(
      catalog: catalog, journal: journal, ambient: ambient,
      surroundings: Surroundings(region: region ?? "RegionOne"),
      references: ReferenceSources([
        resolvers, VariableReferences(variables: environment), BarbicanReferences(cloud: cloud),
      ]),
      constraints: CloudConstraints(cloud: cloud), hooks: hooks)
    let remedies = EngineRemedies(
      engine, ambient: ambient, servers: { try await cloud.facts(of: $0) },
      restartService: embedded.map { restarter(engine, $0) })
    var surroundings = Supervisor.Surroundings(
      ambient: ambient, prober: prober, remedies: remedies,
      resolve: Supervisor.Surroundings.resolver(engine),
      serverStates: { try await cloud.compute.servers.getIfPresent($0)?.status },
      cloudStates: { try await cloud.state(of: $0, $1) }, journal: journal,
      record: Supervisor.Surroundings.recorder(engine))
    surroundings.serverPlaces = { try await cloud.place(of: $0) }
    surroundings.advisor = policies
    return CloudSession(
      name: name, cloud: cloud, engine: engine, surroundings: surroundings, embedded: embedded)
  }

  /// Restarts services inside the guests of the embedded cloud.
  private func restarter(_ engine: Engine, _ cloud: EmbeddedCloud) -> EngineRemedies.RestartService {
    { service, target, _ in
      let stack = try await engine.describe(target.stack)
      guard let server = stack.resources[target.logicalID]?.physical?.id else {
        throw RemedyError(.impossible, "\(target.logicalID) has no server")
      }
      try await cloud.restartService(service ?? "", on: server)
    }
  }

  // MARK: - The store

  /// Opens the journal in a file or a database.
  private func journal(_ store: String) async throws -> any StoredJournal {
    try await StoreLocation(store).open(keyFile: keyFile, keyCommand: keyCommand(), leaseTerm: leaseTerm())
  }

  /// The journal of the cloud that is meant, without going to the cloud.
  func storedJournal() async throws -> any StoredJournal {
    if let store { return try await journal(store) }
    guard ![Self.embeddedName, Self.embeddedAdminName].contains(defaultName) else {
      throw Diagnostic(
        "no_store", "the embedded cloud's journal is in memory only", hint: "name a store with --store")
    }
    return try await journal(defaultStore(for: defaultName))
  }

  /// The file with the key of a database's secrets, which all who share the database must have.
  private func keyFile() throws -> String {
    if let file = environment["KILN_STORE_KEY"], !file.isEmpty { return file }
    return try stateFolder() + "/store.key"
  }

  /// The command that prints the key, for a key in a keyring.
  private func keyCommand() throws -> KeyCommand? {
    let name = "KILN_STORE_KEY_COMMAND"
    guard let command = environment[name], !command.isEmpty else { return nil }
    if environment["KILN_STORE_KEY"]?.isEmpty == false {
      throw Diagnostic(
        "two_keys", "both KILN_STORE_KEY and \(name) say where the store's key is",
        hint: "leave one of them out")
    }
    return KeyCommand(command, source: name)
  }

  /// After what time without a sign of life an operation may be taken over.
  private func leaseTerm() throws -> Duration {
    guard let text = environment["KILN_STORE_LEASE"], !text.isEmpty else { return .seconds(15) }
    guard let seconds = Double(text), seconds >= 1, seconds <= 3600 else {
      throw Diagnostic(
        "bad_lease", "KILN_STORE_LEASE is \(text), no number of seconds from 1 to 3600",
        hint: "leave it out for 15 seconds")
    }
    return .milliseconds(Int64(seconds * 1000))
  }

  /// The journal's file for a cloud, in the state folder.
  private func defaultStore(for cloud: String) throws -> String {
    let file = cloud.map { $0.isLetter || $0.isNumber || "-_.".contains($0) ? String($0) : "_" }.joined()
    return try stateFolder() + "/\(file).sqlite"
  }

  /// The folder of kiln's in the user's state folder, which is made if it isn't there.
  private func stateFolder() throws -> String {
    let state = environment["XDG_STATE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    guard let base = state ?? environment["HOME"].map({ "\($0)/.local/state" }) else {
      throw Diagnostic(
        "no_state_folder", "neither HOME nor XDG_STATE_HOME says where the journal goes",
        hint: "name a file with --store")
    }
    try makeFolders("\(base)/kiln")
    return "\(base)/kiln"
  }

  private func makeFolders(_ path: String) throws {
    var made = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      made += "/\(part)"
      guard mkdir(made, 0o700) == 0 || errno == EEXIST else {
        throw Diagnostic(
          "no_state_folder", "the folder \(made) can't be made: \(String(cString: strerror(errno)))",
          hint: "name a file with --store")
      }
    }
  }
}

extension Cloud {
  /// A server as Nova knows it, and what was done to it.
  fileprivate func facts(of id: String) async throws -> ServerFacts? {
    guard let server = try await compute.servers.getIfPresent(id) else { return nil }
    let deeds = try await compute.servers.deeds(on: id, newest: ServerFacts.deedsNeeded).map {
      ServerFacts.Deed(action: $0.action, request: $0.request, start: $0.start)
    }
    return ServerFacts(status: server.status, metadata: server.metadata, deeds: deeds)
  }
}

extension EmbeddedCloud {
  /// Probes the guests of this cloud, which no network leads to.
  fileprivate nonisolated var prober: FunctionProber {
    FunctionProber(
      connect: { address, port in
        switch await self.connect(address, port: port) {
        case .open: .up
        case .refused: .down("connection refused")
        case .silent: .down("no answer")
        }
      },
      get: { url, expectation in
        do {
          let response = try await self.send(Request(.get, url, timeout: .seconds(2)))
          if let complaint = expectation.complaint(aboutFields: { response.headers[$0] }) {
            return .down(complaint)
          }
          return expectation.outcome(status: response.status, body: response.body)
        } catch let error as HTTPError {
          return .down(error.detail)
        } catch {
          return .unknown("cancelled")
        }
      })
  }
}
