import Ambience
import Document
import OrderedCollections
import StackEngine

// One supervisor acts for an application: the one that has its lease.
//
// The lease is renewed while the loop turns, so a supervisor that hangs loses it, too. It is looked at in the store
// with each entry that is written, and by the fence before anything is asked of the cloud. Who comes too late for a
// lease stands by: it watches nothing, and asks again until the lease can be had. Then it goes on from what the store
// has, beginning with a step that was cut off.
extension Supervisor {
  private var term: Duration? { incidents.store.leaseTerm }
  /// How long it waits until it asks again for a lease that another has, or for a store that is away.
  private var pause: Duration { max(.seconds(1), (term ?? .seconds(15)) / 3) }

  /// Whether this supervisor is the one that watches an application.
  func leads(_ name: String) -> Bool {
    watches[name].map { $0.isLed && !$0.hasEnded } ?? false
  }

  /// How many leases are asked for at once.
  static let claimsAtOnce = 500

  /// Renews the leases that it has and asks for those that it hasn't, as far as that is due.
  func lead() async {
    await renewLeases()
    await leaveLeases()
    guard let due = claimsDue, due <= now, !isStopping else { return }
    claimsDue = nil
    var wanted: [(name: String, generation: UInt64)] = []
    for (name, watched) in watches {
      guard let due = watched.claim.due else { continue }
      if due <= now { wanted.append((name, watched.generation)) } else { awaitClaim(due) }
    }
    while !isStopping {
      // Parts only after what they are parts of.
      var batch = wanted.filter { mayClaim($0.name) }[...]
      wanted.removeAll { mayClaim($0.name) }
      guard !batch.isEmpty else { break }
      while !batch.isEmpty, !isStopping {
        await claim(Array(batch.prefix(Self.claimsAtOnce)))
        batch = batch.dropFirst(Self.claimsAtOnce)
        await renewLeases()
      }
    }
    for (name, generation) in wanted where watches[name]?.generation == generation && !leads(name) {
      watches[name]?.claim = .wanted(at: now + pause)
      watches[name]?.watch.isStandingBy = true
      awaitClaim(now + pause)
    }
  }

  private func leaveLeases() async {
    guard !leasesToLeave.isEmpty else { return }
    let leases = leasesToLeave
    leasesToLeave = []
    try? await incidents.store.release(leases)
  }

  /// Sees to it that leases are asked for at a time.
  func awaitClaim(_ due: Duration) {
    guard claimsDue.map({ due < $0 }) ?? true else { return }
    claimsDue = due
    timers.add(.step, due: due)
  }

  private func claim(_ wanted: [(name: String, generation: UInt64)]) async {
    let start = now
    for (name, _) in wanted { watches[name]?.claim = .wanted(at: start + pause) }
    // A store that is away is asked again.
    awaitClaim(start + pause)
    let names = wanted.map { IncidentJournal.lease(of: $0.name) }
    let generations = Dictionary(zip(names, wanted), uniquingKeysWith: { $1 })
    if let leases = try? await incidents.store.claim(names, by: holder), !leases.isEmpty {
      if !watches.values.contains(where: \.isLed) { leasesConfirmed = start }
      if let term { timers.add(.step, due: now + term / 3) }
      let had = leases.compactMap { generations[$0.stack]?.name }
      let records = try? await incidents.watches(of: had)
      for lease in leases {
        guard let (name, generation) = generations[lease.stack] else { continue }
        if await !takeOver(name, generation, lease, records) { try? await incidents.store.release(lease) }
      }
    }
    for (name, generation) in wanted where watches[name]?.generation == generation && !leads(name) {
      watches[name]?.watch.isStandingBy = true
      if !parts.isEmpty { leaveParts(of: name) }
    }
  }

  /// Begins to watch an application; false when what the store has of it can't be read, or it is gone by now.
  private func takeOver(
    _ name: String, _ generation: UInt64, _ lease: Lease, _ records: [String: Result<WatchRecord, any Error>]?
  ) async -> Bool {
    guard let records else { return false }
    do {
      let record = try records[name]?.get()
      let last = try await openIncident(record)
      guard watches[name]?.generation == generation else { return false }
      takeOver(name, lease, record, last)
    } catch { return false }
    tellParents(by: name)
    return true
  }

  /// The incident that was open; nil when there was none, or the store has it no longer.
  private func openIncident(
    _ record: WatchRecord?
  ) async throws -> (incident: Incident, entries: [IncidentEntry])? {
    guard let id = record?.incident else { return nil }
    do { return try await incidents.incident(id) } catch let error as HAError {
      if error.code == .unknownIncident { return nil }
      throw error
    }
  }

  /// Begins to watch an application where its last supervisor has left it.
  private func takeOver(
    _ name: String, _ lease: Lease, _ record: WatchRecord?,
    _ last: (incident: Incident, entries: [IncidentEntry])?
  ) {
    guard var watched = watches[name] else { return }
    watched.claim = .had(lease.token)
    let stoodBy = watched.watch.isStandingBy
    watched.watch.isStandingBy = false
    touched.append(name)
    if stoodBy || record != nil { watched.watch.forget(at: now) }
    guard let record else {
      watches[name] = watched
      // Its judges were told to hold.
      if stoodBy { attend(to: name) }
      return
    }
    let state = record.state(uptime: now, time: surroundings.ambient.now())
    let step = watched.watch.restore(state, at: now)
    if state.failure != nil { countedAnew[name] = now }
    watched.log = last.map { IncidentLog($0.incident, after: $0.entries) } ?? newLog(of: watched.watch)
    if !record.isReleased {
      watched.watch.tell(
        .tookOver,
        "the supervisor before didn't renew its lease" + (step.map { "; \($0.phrase) was under way" } ?? ""))
    }
    watches[name] = watched
    if let step { lookInto(step, of: name) }
    attend(to: name)
    // It isn't known whether anybody heard of it; its family did.
    if !record.isReleased, let notice = watched.watch.lastWord { publish(notice, of: watched.watch.policy) }
  }

  // MARK: - Renewing

  private var leases: [Lease] {
    watches.values.withUnsafeBufferPointer { all in all.indices.compactMap { all[$0].lease } }
  }

  private func renewLeases() async {
    guard let term, now - leasesConfirmed >= term / 3 else { return }
    let held = leases
    guard !held.isEmpty else { return }
    timers.add(.step, due: now + term / 3)
    let start = now
    // A store that is away for a moment is no loss: the fence asks again before anything is done.
    guard let lost = try? await incidents.store.renew(held) else { return }
    leasesConfirmed = start
    guard !lost.isEmpty else { return }
    let gone = Set(lost)
    for name in watches.keys {
      if let lease = watches[name]?.lease, gone.contains(lease) { stepDown(name, lease) }
    }
  }

  /// Lets another watch an application; what is under way for it here does no more harm.
  func stepDown(_ name: String, _ lease: Lease) {
    guard var watched = watches[name], watched.lease == lease else { return }
    watched.claim = .wanted(at: now + pause)
    watched.log = nil
    watched.saved = nil
    watched.watch.forget(at: now)
    watched.watch.isStandingBy = true
    watches[name] = watched
    planning.remove(name)
    unrecorded.removeAll { $0.application == name }
    awaitClaim(now + pause)
    if !parts.isEmpty { leaveParts(of: name) }
  }

  /// Gives all leases back, so that another supervisor needn't wait.
  func releaseLeases() async {
    for name in watches.keys {
      watches[name]?.saved = nil
      touched.append(name)
    }
    _ = await keepIncidents()
    await letDepart()
    let held = leases
    for name in watches.keys { watches[name]?.claim = .wanted(at: .zero) }
    try? await incidents.store.release(held)
    claimsDue = .zero
  }

  /// Gives back the leases of applications that are watched no longer, with what is left to be kept of them.
  func letDepart() async {
    while let (name, watched) = departures.popLast() {
      guard let lease = watched.lease else { continue }
      let entries =
        watched.hasEnded
        ? [JournalEntry.pageRemoval(NotePage(book: IncidentJournal.watches, page: name))]
        : entries(of: watched.watch.policy, watched.logs, watched.watch.state, isReleased: true)
      _ = try? await incidents.store.append(entries, under: lease)
      try? await incidents.store.release(lease)
    }
  }

  // MARK: - The fence

  /// What asks, before anything is done for an application, whether this supervisor still may.
  func fence(of name: String) -> Fence {
    let lease = watches[name]?.lease
    return Fence { [self] in try await ascertain(lease, of: name) }
  }

  private func ascertain(_ lease: Lease?, of name: String) async throws {
    guard let lease, watches[name]?.lease == lease else { throw lost(lease, name) }
    guard let term, now - leasesConfirmed > term / 2 else { return }
    if try await !incidents.store.renew([lease]).isEmpty {
      stepDown(name, lease)
      throw LeaseLost(lease)
    }
  }

  private func lost(_ lease: Lease?, _ name: String) -> any Error {
    LeaseLost(lease ?? Lease(stack: IncidentJournal.lease(of: name), token: 0))
  }
}
