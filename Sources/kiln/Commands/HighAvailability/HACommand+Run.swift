import Ambience
import ArgumentParser
import Document
import EmbeddedCloud
import Glibc
import HighAvailability
import LuaRuntime
import OrderedCollections
import Scripting
import Shell
import StackEngine

extension HACommand {
  /// `kiln ha run`: a supervisor that works for as long as it is let.
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Watches the applications of policy files and heals them, until it is told to stop.",
      discussion: """
        A file of Lua returns a policy, a list of policies, or { policies = { ... }, budgets = { ... }, notify = ... }; \
        one in YAML or JSON says the same. A stack is watched as its template says, by Kiln::HA::Policy resources or by \
        restarters and their alarms. \
        SIGTERM and SIGINT end the watch and give all leases back. SIGHUP reads the files again: what didn't change \
        goes on as it was, and with a mistake in a file all does. Under systemd it tells when it is ready, what it \
        does, and that its loop turns. \
        Policy plugins run in this process, each with little memory and little time, but for those in a folder \
        policies/isolated and those that ask for it, which have processes of their own; --isolate gives each one. \
        --listen takes reports on checks of the kinds reported, heartbeat and metric, by POST to the addresses that \
        `webhook` signs, and answers GET /healthz and /metrics. Others are to reach it through a proxy that speaks TLS.
        """)
    @Argument(help: ArgumentHelp("Policies in Lua, YAML or JSON.", valueName: "file")) var files: [String] =
      []
    @Option(help: ArgumentHelp("A stack that is watched as its own template says.", valueName: "name"))
    var stack: [String] = []
    @Flag(name: .customLong("dry-run"), help: "Only says what it would do; another may act meanwhile.")
    var isDryRun = false
    @Option(
      help: ArgumentHelp(
        "Has the numbers for Prometheus written to a file every few seconds, or served over HTTP.",
        valueName: "file|address:port"))
    var metrics: String?
    @Option(
      help: ArgumentHelp(
        "Takes reports over HTTP; a port of 0 is any that is free.", valueName: "address:port"))
    var listen: ListenAddress?
    @Option(
      name: .customLong("webhook-key"),
      help: ArgumentHelp(
        "The key with which the addresses for reports are signed; of several any counts.", valueName: "file"))
    var webhookKeys: [String] = []
    @Option(
      help: ArgumentHelp(
        "Appends what the checks say, and what was done, to a file that `backtest` reads.", valueName: "file")
    )
    var record: String?
    @Flag(help: "Gives each policy plugin a process of its own, so that none can be in the way of others.")
    var isolate = false
    @OptionGroup var cloud: CloudOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
      if files.isEmpty, stack.isEmpty { throw ValidationError("name a policy file, or a stack") }
      if listen == nil, !webhookKeys.isEmpty { throw ValidationError("--webhook-key goes with --listen") }
    }

    func run() async throws {
      ThreadTurn.short.take()
      let program = try Program(cloud, output)
      if isolate { await program.workbench.policies.isolateAll() }
      let keys = try webhookKeys.map { try WebhookKeyFile.read($0) }
      let files = PolicyFiles(paths: self.files, stacks: stack, program: program)
      let (book, session) = try await files.read()
      try await session.ready()
      var surroundings = session.surroundings
      let recorder = try record.map { try TraceRecorder($0) }
      if let recorder { surroundings.witness = { recorder.add($0) } }
      var options = WatchService.Options()
      options.isShadow = isDryRun
      options.host = Self.host
      options.process = Int(getpid())
      let metrics = try self.metrics.map { try MetricsOutlet($0) }
      let service = WatchService(
        surroundings, options: options, manager: ServiceManager(environment: Environment.variables),
        outlets: WatchService.Outlets(
          event: { [isJSON = output.output == .json, isDryRun] event in
            if !isDryRun { recorder?.add(event) }
            Self.show(event, isJSON, isDryRun)
          }, complain: { Complaint.show([$0]) }, metrics: metrics?.file))
      try await service.watch(book)
      var servers = [try metrics?.listener(service, program.ambient)].compactMap(\.self)
      if let listen { servers.append(try receiver(at: listen, service, keys, program.ambient)) }
      try await supervise(service, files, servers, names: book.pages.map(\.policy.name))
    }

    /// What takes reports over HTTP.
    private func receiver(
      at listen: ListenAddress, _ service: WatchService, _ keys: [WebhookKey], _ ambient: Ambient
    ) throws -> PageServer {
      let receiver = WebhookReceiver(service, keys: keys, ambient: ambient)
      let server = try PageServer(host: listen.host, port: listen.port, ambient: ambient) {
        await receiver.answer($0)
      }
      var address = listen
      address.port = server.port
      Output.errors.line("listening at \(address)")
      return server
    }

    // MARK: - Running

    private func supervise(
      _ service: WatchService, _ files: PolicyFiles, _ servers: [PageServer], names: [String]
    ) async throws {
      let signals = Self.signals()
      Output.errors.line(
        "watching \(names.count) \(names.count == 1 ? "application" : "applications"): "
          + names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " …" : "")
          + (isDryRun ? " (a dry run)" : ""))
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          await service.run()
          return true
        }
        for server in servers {
          group.addTask {
            try await server.run()
            return false
          }
        }
        group.addTask {
          for await signal in signals {
            if signal == SIGHUP { await Self.reload(service, files) } else { await service.stop() }
          }
          return false
        }
        defer { group.cancelAll() }
        do { while let isOver = try await group.next(), !isOver {} } catch {
          // A server has failed; the applications are let go of properly.
          await service.stop()
          while let result = await group.nextResult() { if case .success(true) = result { break } }
          throw error
        }
      }
    }

    private static func reload(_ service: WatchService, _ files: PolicyFiles) async {
      do {
        let change = try await service.reload { try await files.read().book }
        Output.errors.line("reloaded: \(change.phrase)")
      } catch {
        Complaint.show(
          (Complaint.diagnostics(of: error) ?? [Diagnostic("reload_failed", "\(error)")])
            + [Diagnostic(.note, "not_reloaded", "the policies of before are watched on")])
      }
    }

    /// The signals that tell what to do; a second one to stop ends the program where it is.
    private static func signals() -> AsyncStream<Int32> {
      let (stream, continuation) = AsyncStream<Int32>.makeStream()
      let stops = StopCount()
      Interruption.watch([SIGINT, SIGTERM, SIGHUP]) { signal in
        if signal != SIGHUP, stops.add() > 1 { _exit(130) }
        continuation.yield(signal)
      }
      return stream
    }

    private static var host: String {
      var name = [CChar](repeating: 0, count: 256)
      guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
      return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func show(_ event: HAEvent, _ isJSON: Bool, _ isDryRun: Bool) {
      guard isJSON else {
        return Output.standard.line("\(event.time)  \(event.application)  \(event.status)  \(event.reason)")
      }
      var value = event.value.map ?? [:]
      if isDryRun { value["dry_run"] = true }
      Output.standard.line(Value.map(value).jsonText())
    }
  }
}
