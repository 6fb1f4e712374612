import Ambience
import HighAvailability
import StackEngine

/// What happened in a healing life, as someone saw it who sees all: what audits go by.
///
/// Times are spans since the life's start, but where they are the journal's own.
package struct HealingHistory: Sendable {
  /// A time, of which the end may not have come.
  struct Span: Sendable {
    let from: Duration
    var to: Duration?

    func covers(_ time: Duration) -> Bool { from <= time && (to.map { time < $0 } ?? true) }
  }

  /// An action that a supervisor has decided on and asked its remedies for.
  struct Act: Sendable {
    let process: Int
    let application: String
    let target: Target
    let action: String
    /// Whether the whole server feels it.
    let isDisturbing: Bool
    let tag: String
    /// The physical ID of the target; nil where it has none.
    let server: String?
    var span: Span
    /// The servers that it takes out of service, where that is more than its target.
    var reach: Set<Target> = []
    /// What it replaces, and has replaced; nil for other actions, and where nobody looked.
    var replacement: Exchange?
    /// Whether the process's own probes had found the application down, by the check's own rules.
    var isFounded = true
    /// Whether something has come of it: a request that the cloud took, or a restart in a guest.
    var hasEffect = false
  }

  /// A replacement of servers.
  struct Exchange: Sendable {
    let strategy: Replacement.Strategy
    /// The logical IDs of those that were to be replaced with what is acted on.
    let members: Set<String>
    /// Those that were there and whole before.
    let whole: Set<String>
    /// Those that are others now; nil while it hasn't succeeded.
    var replaced: Set<String>?
  }

  /// Something that was written down in an incident.
  struct Turn: Sendable {
    let incident: String
    let kind: IncidentEntry.Kind
    let time: Duration
  }

  enum Sender: Sendable, Hashable {
    case process(Int)
    case person
  }

  /// A change of a server that the cloud took.
  struct Deed: Sendable {
    let time: Duration
    let sender: Sender
    let server: String
    /// As Nova lists it, such as `reboot`.
    let verb: String
    let request: String
  }

  /// An operation of the engine's, and the requests that its steps have kept.
  struct Story: Sendable {
    let record: OperationRecord
    var requests: [String: StepRecord] = [:]
    /// The server that it was about, by physical ID; nil where it isn't known.
    var server: String?
  }

  /// Servers that a process couldn't reach.
  struct Cut: Sendable {
    let machine: Int
    let targets: Set<Target>
    /// Those of them that didn't answer anybody when it began, so that nobody can tell whether they can be reached.
    var silent: Set<Target> = []
    var span: Span
  }

  /// A failure that was brought about.
  struct Outage: Sendable {
    let target: Target
    let time: Duration
    /// Whether it is one that a remedy heals.
    var isPlain = true
  }

  /// Applications that nobody was to touch.
  struct Truce: Sendable {
    static let maintenance = "in maintenance"
    let applications: Set<String>
    /// The servers that nobody was to touch for any application's sake.
    var servers: Set<Target> = []
    /// Why, such as `in maintenance`.
    let reason: String
    var span: Span
  }

  /// How an application ended.
  struct Ending: Sendable {
    let application: String
    let isUp: Bool
    /// Whether its stack has its server at all.
    var isThere = true
    /// Whether its ladder could have healed it.
    let isCurable: Bool
    let state: ApplicationStatus.State?
  }

  var policies: [ApplicationPolicy] = []
  /// The servers that servers depend on.
  var needs: [Target: Target] = [:]
  var budgets: [Budget] = []
  var massFailures = MassFailureGuard.Limits()
  /// The machine of each process.
  var machines: [Int: Int] = [:]
  /// The physical names that each target had, with the server's id.
  var names: [Target: [String: String]] = [:]
  var acts: [Act] = []
  var deeds: [Deed] = []
  var stories: [Story] = []
  var cuts: [Cut] = []
  var truces: [Truce] = []
  /// How incidents went, but for what was found and decided, in the order in which that was kept.
  var turns: [Turn] = []
  var incidents: [(incident: Incident, entries: [IncidentEntry])] = []
  /// When the watch of applications ended as their servers were gone.
  var gone: [String: Duration] = [:]
  /// The applications whose giving up was told.
  var told: Set<String> = []
  /// When a person told a machine's supervisor that failures in great number are real.
  var thaws: [(machine: Int, time: Duration)] = []
  /// When servers' applications were broken.
  var outages: [Outage] = []
  /// When applications were held to have recovered.
  var recoveries: [(application: String, time: Duration)] = []
  /// When a person had all rungs of an application tried again.
  var resumed: [String: [Duration]] = [:]
  var endings: [Ending] = []
  /// What Nova lists of each server that is left, but for its creation: requests by server.
  var lists: [String: [String]] = [:]
}
