import Document
import OrderedCollections

// What others say of checks without being asked counts where the lease is: one who stands by would let it fall on the
// floor, and says so.
extension Supervisor {
  /// Takes what somebody has to say of a check; what that is may depend on the check's kind.
  ///
  /// - Throws: `unknownApplication`; `unknownCheck` for none that takes anything; `standingBy` when another supervisor
  ///   has the application, and `notWatching` when none does here; what `push` throws.
  package func take(
    for name: String, check: String, _ push: @Sendable (Check.Kind) throws -> Push
  ) throws -> PushReceipt {
    let watched = try watchedHere(name)
    let checks = watched.watch.policy.checks
    guard let index = checks.firstIndex(where: { $0.name == check && $0.isPushed }) else {
      throw checks.contains { $0.name == check }
        ? HAError(
          .unknownCheck, "the check \(check) of \(name) asks by itself, and takes no reports",
          hint: "heartbeat, reported and metric checks do")
        : HAError(.unknownCheck, "the application \(name) has no check named \(check)")
    }
    let push = try push(checks[index].kind)
    let effect = hear(push, at: index, of: name)
    ring()
    let state = watches[name].map { ApplicationStatus.State($0.watch) } ?? .unwatched
    return PushReceipt(push: push, effect: effect, state: state)
  }

  /// How an application fares that this supervisor is the one to watch.
  ///
  /// - Throws: `unknownApplication`, `standingBy` or `notWatching`.
  package func state(of name: String) throws(HAError) -> ApplicationStatus.State {
    ApplicationStatus.State(try watchedHere(name).watch)
  }

  /// How many applications this supervisor is the one to watch.
  package var ledCount: Int { watches.values.count { $0.isLed && !$0.hasEnded } }

  private func watchedHere(_ name: String) throws(HAError) -> Watched {
    guard isRunning, !isStopping else {
      throw HAError(.notWatching, "the supervisor doesn't work at present", hint: "try again in a moment")
    }
    guard let watched = watches[name], !watched.hasEnded else { throw unknown(name) }
    guard watched.isLed else {
      throw HAError(
        .standingBy, "another supervisor watches \(name)",
        hint: "report to that one; `kiln ha status` says which it is")
    }
    return watched
  }

  // MARK: - Hearing

  /// Lets a check's judge count what was said.
  func hear(_ push: Push, at index: Int, of name: String) -> PushReceipt.Effect {
    guard let watched = watches[name], let seat = seat(of: index, name) else {
      return .dropped("it isn't watched")
    }
    switch (push, watched.watch.policy.checks[index].kind) {
    case (.beat, _):
      beat(seat)
      if let why = watched.whyHeld { return .dropped(why) }
    case (.sample(_, let metric?), .metric(let alarm)) where metric != alarm.metric:
      return .dropped("the check goes by \(alarm.metric)")
    case (.sample(let value, _), _):
      if let outcome = watches[name]?.watch.push(value, toCheck: index, at: now) { count(outcome, at: seat) }
    case (.outcome(let outcome), _):
      let report = LateReport(outcome: outcome, generation: watched.generation, due: now)
      return hear(report, at: index, of: name, seat)
    }
    return .counted
  }

  private func hear(
    _ report: LateReport, at index: Int, of name: String, _ seat: Seat
  ) -> PushReceipt.Effect {
    guard let watched = watches[name] else { return .dropped("it isn't watched") }
    if let why = watched.whyHeld {
      lateReports[name, default: [:]][index] = report
      return .kept(why)
    }
    lateReports[name]?[index] = nil
    count(report.outcome, at: seat)
    guard report.outcome.isDown, case .local(let key) = seat.place, let judge = monitor.judge(of: key),
      judge.isLenient
    else { return .counted }
    var later = report
    later.due = .nanoseconds(judge.graceEnd)
    lateReports[name, default: [:]][index] = later
    timers.add(.step, due: later.due)
    return .kept("failures don't count yet")
  }

  /// Lets what was reported while it didn't count do so now, where that is over.
  ///
  /// Who reports only what changes doesn't say it again.
  func hearLateReports() {
    for (name, reports) in lateReports {
      guard let watched = watches[name], !watched.watch.isStandingBy else {
        lateReports[name] = nil
        continue
      }
      guard watched.whyHeld == nil else { continue }
      for (index, report) in reports.sorted(by: { $0.key < $1.key }) where report.due <= now {
        lateReports[name]?[index] = nil
        guard report.generation == watched.generation, let seat = seat(of: index, name) else { continue }
        _ = hear(report, at: index, of: name, seat)
      }
      if lateReports[name]?.isEmpty ?? false { lateReports[name] = nil }
    }
  }
}

/// A report that came while it didn't count.
struct LateReport {
  let outcome: Outcome
  let generation: UInt64
  /// When it is looked at again.
  var due: Duration
}

extension Watched {
  /// Why outcomes don't count at present; nil when they do.
  fileprivate var whyHeld: String? {
    guard isHeld || watch.isHeld else { return nil }
    return watch.isInMaintenance ? "the application is in maintenance" : "an action is under way"
  }
}

extension Check {
  /// Whether it goes by what others say.
  var isPushed: Bool {
    switch kind {
    case .heartbeat, .reported, .metric: true
    case .tcp, .http, .server, .cloud, .dns, .ssh, .guestAgent, .custom: false
    }
  }
}
