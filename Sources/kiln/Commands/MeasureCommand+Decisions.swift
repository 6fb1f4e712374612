import Ambience
import ArgumentParser
import Document
import EmbeddedCloud
import Glibc
import HTTP
import HighAvailability
import OpenStack
import Resources
import Scripting
import Shell
import StackEngine
import Store
import Synchronization
import Templates

extension MeasureCommand {
  /// How long after a failing answer the request that heals it goes out, in nanoseconds.
  ///
  /// One application after the other fails, is found down by its page, and has its server rebooted by the engine, all of it
  /// journaled. What the cloud takes to answer what it is asked before isn't counted. The server of `port` fails while the
  /// file `--switch` says so, and notes there when it last did.
  func decisions() async throws -> Value {
    guard let file = self.switch, let store else {
      throw Diagnostic(
        "no_switch", "name the server's file by --switch, and a file for the journal by --store")
    }
    let ambient = Ambient.system()
    let page = try PageSwitch(file)
    let times = Mutex(Histogram())
    let embedded = EmbeddedCloud(ambient: ambient, pace: .instant)
    let cloud = Cloud(
      configuration: .embedded(),
      transport: Lookout(embedded) { answered in
        guard let failure = page.mend() else { return }
        let time = MeasureCommand.instant - failure - answered(failure)
        times.withLock { $0.add(time) }
      }, ambient: ambient)
    let journal = try SQLiteJournal(path: store)
    let engine = Engine(
      catalog: try .openStack(cloud: cloud, ambient: ambient), journal: journal, ambient: ambient)
    try await engine.createServer("Web", among: others, in: "measure")
    let supervisor = Supervisor(
      Supervisor.Surroundings(
        ambient: ambient, prober: NetworkProber(transport: CurlTransport(), ambient: ambient),
        remedies: EngineRemedies(engine, ambient: ambient), resolve: Supervisor.Surroundings.resolver(engine),
        serverStates: { _ in nil }, journal: journal,
        record: Supervisor.Surroundings.recorder(engine)))
    try await supervisor.add(
      ApplicationPolicy(
        name: "web", target: .init(stack: "measure", logicalID: "Web"),
        checks: [
          Check(
            "web", .http(url: LateText(.text("http://127.0.0.1:\(port)/")), HTTPExpectation()),
            every: .milliseconds(every), fall: 1, rise: 1, grace: .zero)
        ],
        ladder: Ladder([Rung(.softReboot, intensity: 1000, period: .seconds(1), settle: .milliseconds(1))])))
    await supervisor.start()
    let end = ambient.uptime() + .seconds(span)
    while ambient.uptime() < end, times.withLock({ $0.count }) < count {
      if await supervisor.status().first?.state == .up { page.fail() }
      try await ambient.sleep(.milliseconds(every))
    }
    await supervisor.stop()
    return times.withLock { times in
      [
        "decisions": .integer(Int64(times.count)), "p50": .integer(times.quantile(0.5)),
        "p99": .integer(times.quantile(0.99)),
      ]
    }
  }

  /// The clock that the server notes its failures by, in nanoseconds.
  fileprivate static var instant: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// Whether a server of the benchmark fails, and since when: two numbers in a file that it reads for each answer.
private final class PageSwitch: Sendable {
  private let descriptor: Int32

  init(_ path: String) throws {
    descriptor = open(path, O_RDWR)
    guard descriptor >= 0 else { throw Diagnostic("no_switch", "\(path) can't be opened") }
  }

  deinit { close(descriptor) }

  func fail() { write([1, 0]) }

  /// Ends the failure; returns when it was last answered with, if it was.
  func mend() -> Int64? {
    var numbers: [Int64] = [0, 0]
    let got = numbers.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard got == 16, numbers[0] == 1, numbers[1] > 0 else { return nil }
    write([0, 0])
    return numbers[1]
  }

  private func write(_ numbers: [Int64]) {
    _ = numbers.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
  }
}

/// Tells when the request for an action goes out, and how long the cloud has been answering others since an instant.
private final class Lookout: Transport {
  private let inner: any Transport
  private let see: @Sendable (_ answered: (Int64) -> Int64) -> Void
  /// The last answers, one after the other.
  private let answers = Mutex([(start: Int64, end: Int64)]())

  init(_ inner: any Transport, _ see: @escaping @Sendable (_ answered: (Int64) -> Int64) -> Void) {
    self.inner = inner
    self.see = see
  }

  func send(_ request: Request) async throws -> Response {
    if request.method == .post, request.url.hasSuffix("/action") {
      let known = answers.withLock { known in
        defer { known = [] }
        return known
      }
      see { instant in known.filter { $0.start >= instant }.reduce(0) { $0 + $1.end - $1.start } }
    }
    let start = MeasureCommand.instant
    let response = try await inner.send(request)
    answers.withLock { $0.append((start, MeasureCommand.instant)) }
    return response
  }
}

extension Engine {
  /// Creates a server, and so many resources beside it that are nothing.
  fileprivate func createServer(_ logicalID: String, among others: Int, in stack: String) async throws {
    let text = """
      heat_template_version: 2018-08-31
      resources:
        \(logicalID): {type: OS::Nova::Server, properties: {image: cirros, flavor: m1.nano}}
      """ + (0..<others).map { "\n  Other\($0): {type: OS::Heat::None}" }.joined()
    let reading = TemplateReader.read(Source(name: "measure.yaml", text: text))
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    _ = try await create(stack, template).result()
  }
}
