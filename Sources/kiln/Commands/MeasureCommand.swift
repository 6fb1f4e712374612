import Ambience
import ArgumentParser
import Document
import Glibc
import HTTP
import HighAvailability
import Loading
import LuaRuntime
import Shell
import StackEngine
import Store

/// `kiln measure`: what checks cost, for `scripts/bench-ha`.
struct MeasureCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "measure", abstract: "Measures what checks cost in this process.", shouldDisplay: false)

  enum Subject: String, ExpressibleByArgument {
    /// Connections, pages, and pages over kept connections, as fast as they go.
    case tcp, get, keep
    /// How late timers are.
    case timers
    /// The time from a failing answer to the request that heals.
    case decisions
    /// The processor's share and the memory that watched applications take.
    case applications
    /// False alarms under random loss.
    case loss
    /// The speed of backtests.
    case backtest
    /// Decisions of a plugin beside hostile ones.
    case plugins
  }

  @Argument(help: "tcp, get, keep, timers, decisions, applications, loss, backtest or plugins.")
  var subject: Subject

  @Option(help: "How many checks or applications there are.")
  var count = 1000

  @Option(help: "The interval in milliseconds.")
  var every = 10_000

  @Option(help: "How long it is measured, in seconds; of loss and backtest, in virtual days.")
  var span = 5.0

  @Option(help: "The port of the server on this machine.")
  var port = 80

  @Option(help: "The share of probes that are lost.")
  var share = 0.01

  @Option(help: "How many lost probes are an alarm.")
  var fall = 3

  @Option(help: "Of how many; in a row when it isn't given.")
  var of: Int?

  @Option(help: "The file in which applications are kept; in memory when it isn't given.")
  var store: String?

  @Option(help: "The file by which the server is told to fail.")
  var `switch`: String?

  @Option(help: "How many other resources the stack has whose server is healed.")
  var others = 0

  @Option(help: "A file of what hostile plugins do, one in each line.")
  var attacks: String?

  @Option(help: "Where chance begins.")
  var seed: UInt64 = 1

  func run() async throws {
    // As `kiln ha run` does.
    ThreadTurn.short.take()
    let row: Value =
      switch subject {
      case .tcp, .get, .keep: try await probes()
      case .timers: try await timers()
      case .decisions: try await decisions()
      case .applications: try await applications()
      case .loss: loss()
      case .backtest: try await backtest()
      case .plugins: try await plugins()
      }
    Output.standard.line(row.jsonText())
  }

  // MARK: - The thread that probes

  func check(_ number: Int) -> Check {
    var interval = Duration.milliseconds(every)
    // Heartbeats that were awaited from one moment would all be missed at one.
    if subject == .timers { interval += interval * number / count }
    let kind: Check.Kind =
      switch subject {
      case .timers: .heartbeat
      case .get, .keep:
        .http(url: LateText(.text("http://127.0.0.1:\(port)/")), HTTPExpectation())
      default: .tcp(address: "127.0.0.1", port: port)
      }
    var check = Check("web", kind, every: interval, grace: .zero)
    check.keepsConnection = subject == .keep
    return check
  }

  private func supervisor() async throws -> Supervisor {
    let surroundings = Supervisor.Surroundings(
      ambient: .system(), prober: NetworkProber(transport: CurlTransport(), ambient: .system()),
      remedies: NoRemedies(),
      resolve: { part, _ in "\(part)" }, serverStates: { _ in nil },
      journal: try store.map { try SQLiteJournal(path: $0) } ?? MemoryJournal())
    let supervisor = Supervisor(surroundings)
    await supervisor.reserve(count)
    let ladder = Ladder.standard()
    for number in 0..<count {
      let policy = ApplicationPolicy(
        name: "application-\(number)", target: Target(stack: "stack-\(number / 10)", logicalID: "Server"),
        checks: [check(number)], ladder: ladder)
      try await supervisor.add(policy)
    }
    return supervisor
  }

  /// The report of the thread that probes, once it has all checks.
  private func report(_ supervisor: Supervisor) async throws -> LoopReport {
    for _ in 0..<6000 {
      if let report = await supervisor.loopReport(), report.checks == count { return report }
      try await Ambient.system().sleep(.milliseconds(10))
    }
    throw Diagnostic("no_loop", "the thread that probes couldn't be started, or is too slow")
  }

  private func probes() async throws -> Value {
    let supervisor = try await supervisor()
    await supervisor.start()
    _ = try await report(supervisor)
    try await Ambient.system().sleep(.seconds(1))
    let (start, used) = (try await report(supervisor).probes, Self.processorTime)
    try await Ambient.system().sleep(.seconds(span))
    let (probes, time) = (try await report(supervisor).probes - start, Self.processorTime - used)
    await supervisor.stop()
    return ["probes": .integer(Int64(probes)), "cpu": .number(time)]
  }

  private func timers() async throws -> Value {
    let supervisor = try await supervisor()
    await supervisor.start()
    _ = try await report(supervisor)
    try await Ambient.system().sleep(.seconds(span))
    let lateness = try await report(supervisor).lateness
    await supervisor.stop()
    return [
      "timers": .integer(Int64(count)), "rung": .integer(Int64(lateness.count)),
      "p50": .integer(lateness.quantile(0.5)), "p99": .integer(lateness.quantile(0.99)),
    ]
  }

  private func applications() async throws -> Value {
    let before = Self.residentMemory
    let supervisor = try await supervisor()
    await supervisor.start()
    _ = try await report(supervisor)
    let begun = Self.processorTime
    // What is found of each as it is watched anew is kept, which isn't what watching takes for long: all are up after two
    // answers, and that is on the disk once they are asked again.
    try await Ambient.system().sleep(.milliseconds(3 * every + 1000))
    let starting = (Self.processorTime - begun) / (Double(3 * every + 1000) / 1000)
    let (start, used) = (try await report(supervisor), Self.processorTime)
    try await Ambient.system().sleep(.seconds(span))
    let (end, time) = (try await report(supervisor), Self.processorTime - used)
    let memory = Self.residentMemory - before
    let up = await supervisor.status().count { $0.state == .up || $0.state == .starting }
    await supervisor.stop()
    return [
      "applications": .integer(Int64(count)), "fine": .integer(Int64(up)),
      "probes": .integer(Int64(end.probes - start.probes)), "cpu": .number(time / span),
      "starting": .number(starting),
      "bytes": .number(Double(memory) / Double(max(1, count))),
      "p99": .integer(end.lateness.quantile(0.99)),
    ]
  }

  // MARK: - Chance

  private func loss() -> Value {
    let rules = JudgeRules(fall: of.map { .of(fall, last: $0) } ?? .inARow(fall), rise: 2)
    let trial = LossTrial(
      rules: rules, every: .milliseconds(every), loss: share, checks: count, span: .seconds(span * 86_400),
      seed: seed)
    let result = trial.run()
    return [
      "probes": .integer(Int64(result.probes)), "alarms": .integer(Int64(result.alarms)),
      "expected": .number(result.expected),
      "rule": .string(of.map { "\(fall) of \($0)" } ?? "\(fall) in a row"),
    ]
  }

  // MARK: - The machine

  /// The processor time of the process in seconds.
  static var processorTime: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// The memory that the process has at present, in bytes.
  private static var residentMemory: Int {
    let words = LocalFile.text(of: "/proc/self/statm")?.split(separator: " ") ?? []
    return (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }
}

/// Remedies for applications that are never healed.
private struct NoRemedies: Remedies {
  func readiness(of target: Target) async throws -> Readiness {
    .busy("nothing is healed while it is measured")
  }
  func tags(of target: Target) async throws -> [String: String] { [:] }
  func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {}
  func trail(of tag: String, on target: Target, waits: Bool) async throws -> OperationTrail? { nil }
}
