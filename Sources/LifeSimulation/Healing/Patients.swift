import Ambience
import Document
import EmbeddedCloud
import HighAvailability
import OrderedCollections
import StackEngine
import Synchronization

/// The applications on the cloud's servers: what ails them, and how that shows.
final class Patients: Sendable {
  /// How an application that doesn't work answers.
  enum Look: Sendable, CaseIterable {
    case refused
    /// It takes connections and says nothing.
    case silent
    /// It answers later than anybody waits.
    case slow
    /// It answers with status 200, and an error on its page.
    case errorPage
  }

  private struct State {
    var targets: [String: Target] = [:]
    /// Who had an address last.
    var former: [String: Target] = [:]
    var looks: [Target: Look] = [:]
    var incurable: Set<Target> = []
  }

  private let cloud: EmbeddedCloud
  private let store: any Journal
  private let state = Mutex(State())

  init(_ cloud: EmbeddedCloud, _ store: any Journal) {
    self.cloud = cloud
    self.store = store
  }

  // MARK: - What happens to them

  /// Breaks an application until a remedy is applied that is strong enough; false when its server isn't there to be
  /// broken.
  func ail(_ target: Target, until remedy: Remedy, _ look: Look, relapses: Int = 0) async -> Bool {
    guard let id = await server(of: target)?.id else { return false }
    state.withLock { $0.looks[target] = look }
    return (try? await cloud.breakApplication(on: id, until: remedy, relapses: relapses)) != nil
  }

  /// Lets nothing heal an application any more, or takes that back.
  func set(incurable isIncurable: Bool, _ target: Target) {
    state.withLock { state in
      if isIncurable { state.incurable.insert(target) } else { state.incurable.remove(target) }
    }
  }

  /// Lets a server's whole system hang.
  func hang(_ target: Target) async -> Bool {
    guard let id = await server(of: target)?.id else { return false }
    return (try? await cloud.hang(id)) != nil
  }

  func isIncurable(_ target: Target) -> Bool { state.withLock { $0.incurable.contains(target) } }

  /// Forgets who has which address: servers come and go.
  func move() { state.withLock { $0.targets = [:] } }

  // MARK: - Where they are

  func server(of target: Target) async -> PhysicalResource? { await record(of: target)?.physical }

  func record(of target: Target) async -> ResourceRecord? {
    guard let stack = try? await store.stack(named: target.stack) else { return nil }
    return stack.resources[target.logicalID]
  }

  /// Whose an address is, or was last.
  func target(at address: String) async -> Target? {
    if let known = state.withLock({ $0.targets[address] }) { return known }
    var found: [String: Target] = [:]
    for head in (try? await store.stacks(includingDeleted: false)) ?? [] {
      guard let stack = try? await store.stack(id: head.identity.id) else { continue }
      for resource in stack.resources.values {
        guard let address = resource.physical?.attributes["first_address"]?.scalarText else { continue }
        found[address] = Target(stack: head.identity.name, logicalID: resource.logicalID)
      }
    }
    let all = found
    return state.withLock { state in
      state.targets = all
      state.former.merge(all) { $1 }
      return state.former[address]
    }
  }

  // MARK: - How they are

  /// What a connection to an application meets, and how it looks when it doesn't work.
  func answer(of target: Target, at address: String, port: Int) async -> (ProbeAnswer, Look) {
    let (look, isIncurable) = state.withLock { ($0.looks[target] ?? .refused, $0.incurable.contains(target)) }
    let answer = await cloud.connect(address, port: port)
    return (answer == .open && isIncurable ? .refused : answer, look)
  }

  /// Whether an application works.
  func isWell(_ target: Target) async -> Bool {
    guard let address = await server(of: target)?.attributes["first_address"]?.scalarText else {
      return false
    }
    return await answer(of: target, at: address, port: 80).0 == .open
  }
}

/// The way from a machine to the servers' own networks, which may be cut.
final class GuestLink: Sendable {
  enum Cut: Sendable {
    /// What is sent is lost.
    case silent
    /// The machine has no way there, and knows it.
    case noRoute
  }

  private let cuts = Mutex<[Target: Cut]>([:])

  func cut(_ targets: Set<Target>, _ cut: Cut) {
    cuts.withLock { cuts in for target in targets { cuts[target] = cut } }
  }

  func join(_ targets: Set<Target>) {
    cuts.withLock { cuts in for target in targets { cuts[target] = nil } }
  }

  var isCut: Bool { cuts.withLock { !$0.isEmpty } }

  func cut(to target: Target) -> Cut? { cuts.withLock { $0[target] } }
}
