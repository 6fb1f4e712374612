package import Ambience
import OrderedCollections
package import StackEngine

/// Keeps applications alive: runs their checks, judges, climbs their ladders, and says what it does and why.
///
/// One loop does all of it. A task exists only for each action that is under way, and for each probe of what a thread
/// can't probe by itself; that thread tells only what is news. The supervisor works while `run` does, or between `start`
/// and `stop`.
package actor Supervisor {
  package struct Options: Sendable {
    /// How many probes may be under way at once.
    package var probesAtOnce = 64
    /// How many actions may be under way at once.
    package var actionsAtOnce = 8
    package var massFailures = MassFailureGuard.Limits()
    /// How many servers may be out of service for being healed at once.
    package var budgets = [Budget()]

    package init() {}
  }

  /// What the supervisor uses of the world.
  package struct Surroundings: Sendable {
    package var ambient: Ambient
    package var prober: any Prober
    package var remedies: any Remedies
    package var resolve: Resolver
    package var serverStates: ServerStates
    /// The store that keeps incidents and leases.
    package var journal: any Journal
    package var cloudStates: CloudStates
    package var serverPlaces: ServerPlaces = unknownPlaces
    package var shell: RemoteShell
    /// Who is asked before each step, and told of each event.
    package var advisor: (any PolicyAdvisor)?
    /// Keeps an event for good; called in order, and before the action that the event tells of.
    package var record: @Sendable (HAEvent) async -> Void
    /// Is told what a check says whenever that changes, and first of all.
    package var witness: (@Sendable (Sighting) -> Void)?

    package init(
      ambient: Ambient, prober: any Prober, remedies: any Remedies, resolve: @escaping Resolver,
      serverStates: @escaping ServerStates, cloudStates: @escaping CloudStates = unknownStates,
      shell: RemoteShell = RemoteShell(), journal: any Journal = MemoryJournal(),
      record: @escaping @Sendable (HAEvent) async -> Void = { _ in }
    ) {
      self.ambient = ambient
      self.prober = prober
      self.remedies = remedies
      self.resolve = resolve
      self.serverStates = serverStates
      self.journal = journal
      self.cloudStates = cloudStates
      self.shell = shell
      self.record = record
    }

    /// Where there is no Nova to ask.
    package static let unknownPlaces: ServerPlaces = { server in
      throw RemedyError(.failed, "nobody can be asked where the server \(server) runs")
    }

    /// Where there is no cloud to ask.
    package static let unknownStates: CloudStates = { thing, name in
      throw RemedyError(.failed, "nobody can be asked for the \(thing.rawValue) \(name)")
    }
  }

  let surroundings: Surroundings
  package internal(set) var options: Options
  let incidents: IncidentJournal
  /// Who this supervisor is when it claims an application.
  package nonisolated let holder: String
  var watches: OrderedDictionary<String, Watched> = [:]
  /// How checks are asked.
  var manners = MannerPool()
  /// The parts of applications, by what they are parts of: of a hundred thousand, most are no part.
  var parts: [String: OrderedSet<String>] = [:]
  /// The leases of parts that are left to whoever leads what they are parts of.
  var leasesToLeave: [Lease] = []
  /// The applications that have a step planned.
  var planning: OrderedSet<String> = []
  /// Whether any application is a reference.
  var hasReferences = false
  /// The applications that were told that nothing is done.
  var frozenApplications: Set<String> = []
  var timers = TimerHeap<Timer>()
  /// The judges of the checks that are probed by tasks, and whose they are.
  var monitor: Monitor
  var local = Roster()
  /// The thread that probes by itself, while the supervisor works, and whose checks it keeps.
  var loop: ProbeLoop?
  var native = Roster()
  /// The applications whose checks are still to be handed over to it.
  var toHandOver: ArraySlice<String> = []
  let inbox = FindingInbox()
  /// The chance in the waits of all ladders.
  let jitter: Jitter
  var probesUnderWay: [UInt64: ProbeTicket] = [:]
  var probesWaiting: [ProbeTicket] = []
  var actionsUnderWay: [UInt64: ActionTicket] = [:]
  /// What the last steps of applications take out of service, where that is more than their own targets.
  var reaches: [String: Set<Target>] = [:]
  /// Steps that the next turn of the loop performs.
  var stepsToPerform: [Work] = []
  var lastTicket: UInt64 = 0
  var massFailures: MassFailureGuard
  var census = Census()
  /// Since when failures count anew that had begun before, by application: this supervisor has taken them over, or there
  /// are other servers now.
  var countedAnew: [String: Duration] = [:]
  var pulse = Pulse()
  var tally = Tally()
  /// When somebody called who hasn't been heard yet.
  var knockedAt: Duration?
  var unrecorded: [HAEvent] = []
  /// Whether some are being kept with their stacks.
  var isRecording = false
  /// What was reported last of checks while it didn't count, by application and check.
  var lateReports: [String: [Int: LateReport]] = [:]
  /// The applications of which something may have to be kept.
  var touched: OrderedSet<String> = []
  /// The applications that are watched no longer, and whose leases are still to be given back.
  var departures: [(name: String, watched: Watched)] = []
  /// When a lease is to be asked for; nil while all are there.
  var claimsDue: Duration?
  /// The maintenance that was last found in the store, by its id.
  var seenWindows: [String: SeenWindow] = [:]
  /// The instructions that it has followed, or needn't, by id.
  var followed: Set<String> = []
  /// When the store is next looked into.
  var lookDue = Duration.zero
  /// When it is next looked for operations that no process goes on with; nil while it is.
  var sweepDue: Duration? = .zero
  /// When it was last looked whether the loop turns.
  var lookedForGap = Duration.zero
  /// How often the loop didn't turn for long.
  var gaps = 0
  /// When the leases were last known to hold.
  var leasesConfirmed = Duration.zero
  /// How far the time of day is from the clock that never jumps.
  var clockOffset: Duration?
  var sleepingUntil: Duration?
  var isRunning = false
  var isStopping = false
  private var listeners: [AsyncStream<HAEvent>.Continuation] = []
  private var task: Task<Void, Never>?
  /// What wakes the loop; each run has a new one, since a cancelled reader ends a stream for good.
  private var bell: AsyncStream<Void>.Continuation?

  package init(_ surroundings: Surroundings, options: Options = Options()) {
    self.surroundings = surroundings
    self.options = options
    massFailures = MassFailureGuard(options.massFailures)
    incidents = IncidentJournal(surroundings.journal)
    holder = surroundings.ambient.uuid()
    let ambient = surroundings.ambient
    monitor = Monitor(phase: ambient.share())
    jitter = Jitter { $1 > 0 ? ambient.jitter($0, by: $1) : $0 }
  }

  deinit {
    task?.cancel()
    for listener in listeners { listener.finish() }
  }

  var now: Duration { surroundings.ambient.uptime() }

  /// The names of those applications of which something holds, in their order.
  ///
  /// A copy of what is known of one costs more than most questions about it, and there may be a hundred thousand.
  func names(where holds: (Watched) -> Bool) -> [String] {
    watches.values.withUnsafeBufferPointer { all in
      all.indices.filter { holds(all[$0]) }
    }.map { watches.keys[$0] }
  }

  // MARK: - Running

  /// Starts the loop in a task of its own, unless it runs.
  package func start() {
    guard task == nil, !isRunning else { return }
    // On the executor that the caller prefers, on which a simulation depends.
    let executor = withUnsafeCurrentTask { $0?.unownedTaskExecutor?.asTaskExecutor() }
    task = Task(executorPreference: executor) { [self] in await run() }
  }

  /// Stops the loop: cancels what is under way, and returns when it has ended.
  package func stop() async {
    isStopping = true
    ring()
    task?.cancel()
    await task?.value
    task = nil
  }

  func ring() { bell?.yield() }

  var nanoseconds: Int64 { now.nanoseconds }

  func hangBell() -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    bell = continuation
    inbox.ring = { continuation.yield() }
    return stream
  }

  // MARK: - Events

  /// What happens from now on.
  ///
  /// A listener who is slower than 1,000 events loses the oldest.
  package func events() -> AsyncStream<HAEvent> {
    let (stream, listener) = AsyncStream<HAEvent>.makeStream(bufferingPolicy: .bufferingNewest(1000))
    listeners.append(listener)
    return stream
  }

  func publish(_ notice: Watch.Notice, of policy: ApplicationPolicy) {
    let event = HAEvent(
      time: surroundings.ambient.now(), application: policy.name, target: policy.target, verb: notice.verb,
      reason: notice.reason, rung: notice.rung)
    unrecorded.append(event)
    note(notice, of: policy.name)
    listeners.removeAll { listener in
      if case .terminated = listener.yield(event) { true } else { false }
    }
  }
}

/// An application under watch, and the supervisor's own notes on it.
struct Watched {
  var watch: Watch
  /// Tells the present application of a name from one that had it before.
  let generation: UInt64
  /// Its newest incident, and before that those of which something is still to be kept.
  var logs: [IncidentLog] = []
  /// The hash of its state as the store has it, which takes less room than that; nil when it is to be written anew.
  var saved: Int? = nil
  var claim = Claim.wanted(at: .zero)
  /// Where each check is judged.
  var seats: Few<Seat>
  /// Whether the judges have been told to hold.
  var isHeld = false
  /// Whether the census has it.
  var isCounted = false
  /// Whether it is asked though nothing is to be done about it, as it tells whether the network works.
  var isReference = false
  /// Whether its target is gone: it is watched until that is kept.
  var hasEnded = false

  /// Whether this supervisor is the one that watches it.
  var isLed: Bool { if case .had = claim { true } else { false } }

  /// The right to watch it; nil while this supervisor hasn't that.
  var lease: Lease? {
    guard case .had(let token) = claim else { return nil }
    return Lease(stack: IncidentJournal.lease(of: watch.policy.name), token: token)
  }
}

/// Whether this supervisor is the one that watches an application.
enum Claim {
  /// The lease is asked for at a time, in nanoseconds.
  case want(Int64)
  /// The lease is there, by its token.
  case had(Int64)

  /// The lease is asked for at a time.
  static func wanted(at due: Duration) -> Claim { .want(due.nanoseconds) }

  /// When the lease is asked for; nil when it is there.
  var due: Duration? { if case .want(let due) = self { .nanoseconds(due) } else { nil } }
}
