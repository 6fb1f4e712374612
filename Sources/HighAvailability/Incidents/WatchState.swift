package import Ambience
package import OrderedCollections

/// What of a watch outlives its process: where it is on its ladder, and which tries it has behind it.
///
/// In use all times are spans of a clock that never jumps (`WatchState<Duration>`); at rest they are times of day
/// (`WatchState<Timestamp>`), as nothing else means anything to the next process.
package struct WatchState<Time: Sendable & Hashable>: Sendable, Hashable {
  /// A try of a rung.
  package struct Mark: Sendable, Hashable {
    package let rung: Int
    package let attempt: Int
  }

  package enum Phase: Sendable, Hashable {
    case watching
    case planned
    /// The intent of a step is kept, and no outcome yet.
    case acting(Mark)
    case settling
    case held(String)
    case gaveUp(String)
  }

  package struct Failure: Sendable, Hashable {
    package let start: Time
    package var reason: String
    package var lastStep: Mark?
    /// The parts that have given up, and when each did first.
    package var parts: OrderedDictionary<String, Time> = [:]
    package var rounds = 0
    package var told: Int?
  }

  /// The actions of the ladder's rungs: by them the tries find their rungs again when the ladder has changed.
  package var rungs: [String]
  package var tries: [[Time]]
  package var lowest: Int
  package var phase: Phase
  package var failure: Failure?
  package var isInMaintenance: Bool
  package var healthySince: Time?

  /// The step that is under way.
  var step: Mark? { if case .acting(let mark) = phase { mark } else { nil } }
}

extension WatchState {
  /// The same with other times; the start of the failure, of which only people are told, may be converted otherwise.
  func converted<Other>(
    _ time: (Time) -> Other, start: (Time) -> Other
  ) -> WatchState<Other> {
    let phase: WatchState<Other>.Phase =
      switch phase {
      case .watching: .watching
      case .planned: .planned
      case .acting(let mark): .acting(.init(rung: mark.rung, attempt: mark.attempt))
      case .settling: .settling
      case .held(let reason): .held(reason)
      case .gaveUp(let reason): .gaveUp(reason)
      }
    let failure = failure.map { old in
      WatchState<Other>.Failure(
        start: start(old.start), reason: old.reason,
        lastStep: old.lastStep.map { .init(rung: $0.rung, attempt: $0.attempt) },
        parts: old.parts.mapValues(time),
        rounds: old.rounds, told: old.told)
    }
    return WatchState<Other>(
      rungs: rungs, tries: tries.map { $0.map(time) }, lowest: lowest, phase: phase, failure: failure,
      isInMaintenance: isInMaintenance, healthySince: healthySince.map(time))
  }
}

/// A watch's state at rest, and who has left it.
///
/// The clock may have jumped since it was saved, and nobody can tell a jump from time that has passed. So what has
/// passed is held to be less than the clock says, by as much as clocks are known to jump, and never less than nothing:
/// tries then count for a little longer than they have to, and no action is taken too early. Ages at the time of saving
/// are exact, for a supervisor that sees the clock jump saves its states anew.
package struct WatchRecord: Sendable, Hashable {
  /// By how much a clock may have been put forward while nobody watched it.
  static let doubt = Duration.seconds(300)

  package let state: WatchState<Timestamp>
  package let saved: Timestamp
  /// The supervisor that has saved it.
  package let holder: String
  /// Whether that supervisor has ended its watch properly.
  package let isReleased: Bool
  /// The incident that was open, and how many entries it had.
  package let incident: String?
  package let entries: Int
  /// What the application runs on; nil where an older kiln has saved it.
  package var target: Target?
  package var scope = ScopeLevel.application
  package var parent: String?

  package init(
    _ state: WatchState<Duration>, uptime: Duration, time: Timestamp, holder: String, isReleased: Bool,
    incident: String?, entries: Int
  ) {
    let wall: (Duration) -> Timestamp = { time + ($0 - uptime) }
    self.init(
      state: state.converted(wall, start: wall), saved: time, holder: holder, isReleased: isReleased,
      incident: incident, entries: entries)
  }

  init(
    state: WatchState<Timestamp>, saved: Timestamp, holder: String, isReleased: Bool, incident: String?,
    entries: Int
  ) {
    self.state = state
    self.saved = saved
    self.holder = holder
    self.isReleased = isReleased
    self.incident = incident
    self.entries = entries
  }

  /// The state for a process whose clocks say that it is now so late.
  package func state(uptime: Duration, time: Timestamp) -> WatchState<Duration> {
    let passed = max(.zero, time - saved)
    let surely = max(.zero, passed - Self.doubt)
    return state.converted {
      uptime - (saved - $0) - surely
    } start: {
      uptime - (saved - $0) - passed
    }
  }
}
