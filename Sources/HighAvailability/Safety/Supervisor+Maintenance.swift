import Ambience
import OrderedCollections
import StackEngine

/// A window by the clock that never jumps, as it was when the window was first seen.
struct SeenWindow: Sendable {
  let window: MaintenanceWindow
  let begins: Duration
  let ends: Duration?

  /// One that had begun when it was said lasts as long as was said.
  ///
  /// How much of that has passed is known by two clocks only, that of who said it and this machine's, so that it is held
  /// to be less than these say by as much as clocks may be wrong.
  init(_ window: MaintenanceWindow, uptime: Duration, time: Timestamp) {
    self.window = window
    guard window.hasBegun else {
      begins = uptime + (window.from - time)
      ends = window.until.map { uptime + ($0 - time) }
      return
    }
    begins = uptime
    let passed = max(.zero, time - window.from - WatchRecord.doubt)
    ends = window.until.map { uptime + ($0 - window.from) - passed }
  }

  func isOn(at now: Duration) -> Bool { begins <= now && (ends.map { now < $0 } ?? true) }
}

extension Supervisor {
  /// How often the store is looked into for what others have said.
  private static let look = Duration.seconds(5)

  /// Begins or ends a time in which an application's failures are nobody's business.
  ///
  /// The store keeps that, so that it outlives this supervisor.
  package func setMaintenance(_ isOn: Bool, of name: String) async throws {
    guard watches[name] != nil else { throw unknown(name) }
    let time = surroundings.ambient.now()
    let scope = MaintenanceWindow.Scope.application(name)
    let isKnown = try await incidents.maintenance(at: time).contains { $0.scope == scope }
    if isOn, !isKnown {
      let id = surroundings.ambient.characters(Incident.length, from: Incident.alphabet)
      try await incidents.begin(MaintenanceWindow(id: id, scope: scope, from: time), at: time)
    } else if !isOn, isKnown {
      try await incidents.endMaintenance(of: scope, at: time)
    }
    lookDue = .zero
    await lookAround()
    ring()
  }

  /// Looks, when it is time to, which applications are in maintenance and what people have said.
  func lookAround() async {
    guard now >= lookDue else { return }
    lookDue = now + Self.look
    timers.add(.step, due: lookDue)
    let time = surroundings.ambient.now()
    // What can't be read now is as it was; what is over by this clock may not be by that of who said it.
    let cutoff = time + WatchRecord.doubt * -1
    if let windows = try? await incidents.maintenance(at: cutoff) { see(windows, time, cutoff) }
    let isOn = seenWindows.values.filter { $0.isOn(at: now) }.map(\.window)
    let names = isOn.isEmpty ? names { $0.watch.isInMaintenance } : watches.keys.elements
    // What is healed as a whole rests as one: that its parts are left alone is no recovery.
    for name in generations(of: names).reversed().joined() where leads(name) {
      guard let watched = watches[name] else { continue }
      let tags = isOn.isEmpty ? [:] : await tags(of: watched.watch.policy, for: isOn)
      let family = ancestors(of: watched.watch.policy)
      let isMeant = isOn.contains { $0.scope.covers(watched.watch.policy, tags: tags, within: family) }
      guard watches[name]?.generation == watched.generation, isMeant != watched.watch.isInMaintenance else {
        continue
      }
      watches[name]?.watch.setMaintenance(isMeant, at: now)
      // It is asked until it is known whether it has to be.
      let mayBeReference = watches[name]?.mayBeReference ?? false
      watches[name]?.isReference = mayBeReference
      attend(to: name)
    }
    await followInstructions()
    forgetStrangers()
    chooseReferences()
  }

  private func see(_ windows: [MaintenanceWindow], _ time: Timestamp, _ cutoff: Timestamp) {
    var seen: [String: SeenWindow] = [:]
    for window in windows {
      let known = seenWindows[window.id]
      seen[window.id] =
        known?.window == window ? known : SeenWindow(window, uptime: now, time: time)
    }
    // One that the clock's jump has ended too early goes on as long as it was said to.
    for (id, known) in seenWindows where seen[id] == nil && known.ends.map({ now < $0 }) ?? false {
      if !windows.contains(where: { $0.id == id }), known.window.until.map({ $0 <= cutoff }) ?? false {
        seen[id] = known
      }
    }
    seenWindows = seen
  }

  /// The tags of an application's stack, where a window asks for them.
  private func tags(of policy: ApplicationPolicy, for windows: [MaintenanceWindow]) async -> [String: String]
  {
    let isAsked = windows.contains { if case .tag = $0.scope { true } else { false } }
    guard isAsked else { return policy.relations.tags }
    let tags = (try? await surroundings.remedies.tags(of: policy.target)) ?? [:]
    return tags.merging(policy.relations.tags) { $1 }
  }
}
