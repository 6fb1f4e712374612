package import Ambience

/// A policy on outcomes that are known beforehand, on virtual time: what its judges and its ladder make of them.
///
/// What was recorded is taken to have been so whatever is done; other applications, budgets and the guard against mass
/// failures have no say in it.
package struct Replay: Sendable {
  /// What becomes of a step, and how long it takes.
  package typealias Acting =
    @Sendable (Step, RungContext) async throws -> (result: ActionResult, lasted: Duration)

  private struct Course {
    let sightings: [(time: Duration, outcome: Outcome)]
    /// How many of them lie behind.
    var passed = 0
    /// When it is asked next; nil when nothing new can come of it.
    var next: Duration?
    /// How often in a row it said the same.
    var same = 0

    func outcome(at now: Duration) -> Outcome? { passed == 0 ? nil : sightings[passed - 1].outcome }
  }

  /// Judges know of no more than so many outcomes.
  private static let memory = 64

  /// How long an action is taken to last where nothing is known of it.
  package static func duration(of action: Action) -> Duration {
    switch action {
    case .restart, .remoteRestart, .agentRestart, .notify, .drain, .admit, .custom, .handler: .seconds(1)
    case .softReboot, .hardReboot, .stopStart, .rebuild, .replace, .fence, .evacuate, .moveAddress:
      .seconds(30)
    }
  }

  private let policy: ApplicationPolicy
  private let start: Timestamp
  private let end: Duration
  private var courses: [Course]

  /// The replay of what the checks of an application said from a time on; a check of which nothing is told says nothing.
  package init(_ policy: ApplicationPolicy, _ sightings: [Sighting], from start: Timestamp, to end: Timestamp)
  {
    self.policy = policy
    self.start = start
    self.end = end - start
    courses = policy.checks.map { check in
      let own = sightings.filter { $0.application == policy.name && $0.check == check.name }
      return Course(
        sightings: own.sorted { $0.time < $1.time }.map { ($0.time - start, $0.outcome) },
        next: own.isEmpty ? nil : .zero)
    }
  }

  /// What would happen, in order.
  ///
  /// - Throws: What `acting` throws.
  package mutating func run(
    acting: Acting = { step, _ in (.done, Replay.duration(of: step.rung.action)) }
  ) async throws -> (events: [HAEvent], last: Watch) {
    var watch = Watch(policy, at: .zero)
    var events: [HAEvent] = []
    var deed: (end: Duration, result: ActionResult)?
    while let now = next(watch, deed?.end), now <= end {
      if let done = deed, done.end <= now {
        watch.finish(done.result, at: now)
        deed = nil
      }
      for index in courses.indices where (courses[index].next ?? .seconds(Int64.max / 2)) <= now {
        ask(index, &watch, at: now)
      }
      if deed == nil, watch.ask(at: now) != nil, let step = answer(&watch, at: now) {
        take(&watch, &events, at: now)
        let (result, lasted) = try await acting(step, context(of: step, watch))
        deed = (now + max(.zero, lasted), result)
      }
      take(&watch, &events, at: now)
      for index in courses.indices { skip(index, watch, at: now) }
    }
    return (events, watch)
  }

  /// Takes the planned step, unless the checks can't tell by now whether it is right.
  private func answer(_ watch: inout Watch, at now: Duration) -> Step? {
    guard let doubt = watch.doubt() else { return watch.answer(.ready, at: now) }
    watch.answerLater(doubt, at: now)
    return nil
  }

  private func next(_ watch: Watch, _ deed: Duration?) -> Duration? {
    var times = courses.compactMap(\.next)
    if let deed { times.append(deed) }
    if case .planned(let plan) = watch.phase, !watch.isFlapping { times.append(plan.due) }
    return times.min()
  }

  /// Lets a check say what it said then.
  private mutating func ask(_ index: Int, _ watch: inout Watch, at now: Duration) {
    var course = courses[index]
    let before = course.passed
    while course.passed < course.sightings.count, course.sightings[course.passed].time <= now {
      course.passed += 1
    }
    course.same = course.passed == before ? course.same + 1 : 1
    // It was asked when it said something else, so that it is asked then again.
    let change = course.passed < course.sightings.count ? course.sightings[course.passed].time : nil
    let beat = now + policy.checks[index].every
    if case .reported = policy.checks[index].kind {
      course.next = change
    } else {
      course.next = min(beat, change ?? beat)
    }
    courses[index] = course
    if let outcome = course.outcome(at: now) { watch.observe(outcome, ofCheck: index, at: now) }
  }

  /// Leaves out what a check says again and again where nothing can come of it.
  private mutating func skip(_ index: Int, _ watch: Watch, at now: Duration) {
    let course = courses[index]
    let check = policy.checks[index]
    guard let next = course.next, next > now else { return }
    let isQuiet: Bool =
      switch watch.phase {
      case .watching:
        watch.incident == nil && watch.healths[index].state == .up && course.outcome(at: now) == .up
      case .held, .gaveUp: course.outcome(at: now)?.isDown ?? true
      case .planned, .asking, .acting, .settling: false
      }
    guard isQuiet, course.same > Self.memory + check.rules.minSamples, !watch.isFlapping else { return }
    guard course.passed < course.sightings.count else {
      courses[index].next = nil
      return
    }
    let change = course.sightings[course.passed].time
    let beats = max(0, (change - next).nanoseconds) / max(1, check.every.nanoseconds)
    courses[index].next = next + .nanoseconds(beats * check.every.nanoseconds)
  }

  private func take(_ watch: inout Watch, _ events: inout [HAEvent], at now: Duration) {
    _ = watch.takeRenewals()
    events += watch.takeNotices().map { notice in
      HAEvent(
        time: start + now, application: policy.name, target: policy.target, verb: notice.verb,
        reason: notice.reason, rung: notice.rung)
    }
  }

  private func context(of step: Step, _ watch: Watch) -> RungContext {
    RungContext(
      application: policy.name, target: policy.target, reason: watch.incident?.reason ?? "",
      attempt: step.attempt, intensity: step.rung.intensity)
  }
}

extension ApplicationStatus.State {
  /// The state of a watch, such as a replay ends with.
  package static func of(_ watch: Watch) -> Self { Self(watch) }
}
