import Ambience
import EmbeddedCloud
import HTTP
import OpenStack
import Resources
import Secrets
import StackEngine
import Synchronization

/// One process with an engine over a journal and a cloud that outlive it.
struct EngineProcess: Sendable {
  let gate: Gate
  let engine: Engine
  let client: Cloud
  /// Time and the journal as the process meets them.
  let ambient: Ambient
  let journal: any Journal

  /// A process whose time of day is wrong by what `clock` says; `witness` is told what it writes into the journal.
  init(
    journal: any Journal, network: Network, witness: @escaping @Sendable ([JournalEntry]) -> Void = { _ in },
    clock: @escaping @Sendable () -> Duration
  ) throws {
    gate = Gate()
    ambient = gate.ambient(network.ambient, clock: clock)
    self.journal = FaultyJournal(inner: journal, gate: gate, witness: witness)
    let settling = SettlingTransport(ProcessTransport(network: network, gate: gate), ambient: ambient)
    let transport = RetryingTransport(FencedTransport(settling), ambient: ambient)
    client = Cloud(configuration: Self.configuration, transport: transport, ambient: ambient)
    engine = Engine(
      catalog: try ResourceCatalog.openStack(cloud: client, ambient: ambient),
      journal: self.journal, ambient: ambient)
  }

  static let configuration = CloudConfiguration(
    name: "embedded", authURL: EmbeddedCloud.address + "/identity/v3",
    login: .password(user: .name(Account.user, .id("default")), password: Secret(Account.password)),
    scope: .project(.name(Account.project, .id("default"))), region: "RegionOne")
}
