import Ambience
import Document
import Glibc
import HighAvailability
import LuaRuntime
import Scripting
import StackEngine
import Synchronization
import TestSupport
import Testing

@Suite("Plugins with a process of their own", .serialized)
struct IsolatedPluginTests {
  private final class Complaints: Sendable {
    private let kept = Mutex<[Diagnostic]>([])
    var told: [Diagnostic] { kept.withLock(\.self) }
    var messages: [String] { told.map(\.message) }
    func add(_ diagnostic: Diagnostic) { kept.withLock { $0.append(diagnostic) } }
  }

  private static func host(
    _ complaints: Complaints = Complaints(), patience: Duration = .seconds(3600)
  ) async -> PluginHost {
    await PluginHome.ownProcess.host(patience: patience) { complaints.add($1) }
  }

  private static func process(of host: PluginHost) async throws -> Int32 {
    try #require(await host.status.first?.plugin.process)
  }

  /// Waits until a process is gone, which others kill.
  private static func waitForEnd(of process: Int32) async throws {
    for _ in 0..<3000 {
      if kill(process, 0) != 0 { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("process \(process) lives on")
  }

  private static let counter = """
    local count = 0
    ha.decide(function(step) count = count + 1 return ha.hold(step.action .. " " .. count) end)
    """

  // MARK: - Loss

  @Test("a process that is killed while it is asked nothing is a fault, and the next question starts another")
  func killed() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(Self.counter, file: "p.lua")
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("restart 1 (plugin p)"))
    let process = try await Self.process(of: host)
    kill(process, SIGKILL)
    while complaints.told.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
    #expect(complaints.messages == ["its process was killed by signal 9"])
    #expect(complaints.told[0].code == "plugin_lost")
    #expect(await host.status.first?.faults == 1)
    #expect(await host.advice(on: PluginCase.proposal("replace")) == .hold("replace 1 (plugin p)"))
    #expect(try await Self.process(of: host) != process)
    #expect(complaints.told.count == 1)
  }

  @Test(
    "what a handler had begun is brought to its end when its process is killed, and nothing is done twice")
  func killedBetweenSteps() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(
      """
      ha.handler("mend", function(ctx)
        if not ctx:hard_reboot().ok then return ha.hold("no") end
        ctx:fence()
        return ha.recovered
      end)
      """, file: "p.lua")
    let process = try await Self.process(of: host)
    let journal = MemoryHandlerJournal()
    let powers = KillingPowers(process)
    let result = try await host.rung("mend")(PluginCase.context, powers, journal)
    #expect(result == .escalate("the plugin p failed: its process was killed by signal 9"))
    #expect(powers.told == ["hard reboot"])
    #expect(journal.count == 1)
    #expect(try journal.begin(HandlerStep(number: 1, name: "hard reboot Web")) == .done(["ok": true]))
    // Run again, it goes on where it was.
    #expect(try await host.rung("mend")(PluginCase.context, powers, journal) == .recovered)
    #expect(powers.told == ["hard reboot", "fence"])
  }

  /// Kills a process in the middle of the first act.
  private final class KillingPowers: HandlerPowers {
    private let process: Int32
    private let acts = Mutex<[String]>([])
    var told: [String] { acts.withLock(\.self) }

    init(_ process: Int32) { self.process = process }

    func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {
      let isFirst = acts.withLock { acts in
        acts.append(action.phrase)
        return acts.count == 1
      }
      guard isFirst else { return }
      kill(process, SIGKILL)
      try await IsolatedPluginTests.waitForEnd(of: process)
    }
    func trail(of tag: String, on target: Target) async throws -> OperationTrail? { nil }
    func isHealthy(_ application: String, within span: Duration) async throws -> Bool { true }
  }

  @Test("a handler that only waits fails at once when its process is killed, and that is a fault")
  func killedWhileWaiting() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(
      "ha.handler('h', function(ctx) ctx:healthy() return ha.recovered end)", file: "p.lua")
    let process = try await Self.process(of: host)
    let powers = WaitingPowers()
    let handler = Task { try await host.rung("h")(PluginCase.context, powers, MemoryHandlerJournal()) }
    await powers.wait()
    kill(process, SIGKILL)
    #expect(try await handler.value == .escalate("the plugin p failed: its process was killed by signal 9"))
    #expect(complaints.messages == ["its process was killed by signal 9"])
  }

  @Test("a process that hangs is killed when its time is up")
  func hangs() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints, patience: .milliseconds(100))
    try await host.load(Self.counter, file: "p.lua")
    let process = try await Self.process(of: host)
    kill(process, SIGSTOP)
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed)
    #expect(complaints.messages == ["its process said nothing for 0.22 seconds and was killed"])
    try await Self.waitForEnd(of: process)
  }

  @Test("one that loops without end is stopped in its process, which answers on with what it knew")
  func stopped() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(
      """
      local count = 0
      ha.decide(function(step)
        count = count + 1
        while step.action == "loop" do end
        return ha.hold(step.action .. " " .. count)
      end)
      """, file: "p.lua")
    let process = try await Self.process(of: host)
    #expect(await host.advice(on: PluginCase.proposal("loop")) == .proceed)
    #expect(complaints.told.map(\.code) == ["timeout"])
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("restart 2 (plugin p)"))
    #expect(try await Self.process(of: host) == process)
  }

  @Test("a process that is lost is one fault, however many wait for its answer")
  func lostOnce() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints, patience: .milliseconds(100))
    try await host.load(Self.counter, file: "p.lua")
    kill(try await Self.process(of: host), SIGSTOP)
    await withTaskGroup(of: Advice.self) { group in
      for _ in 0..<5 { group.addTask { await host.advice(on: PluginCase.proposal("restart")) } }
      // One that asks late may get an answer of the next process.
      for await advice in group { #expect([.proceed, .hold("restart 1 (plugin p)")].contains(advice)) }
    }
    #expect(complaints.messages == ["its process said nothing for 0.22 seconds and was killed"])
    #expect(await host.status.first?.faults == 1)
  }

  @Test(
    "programs that say what is no message, or nothing, are told as what they are",
    arguments: [
      ("printf 'hello, this is no message' >&0; sleep 60", "a message of 1751477356 bytes"),
      ("printf '\\000\\000\\000\\002hi' >&0; sleep 60", "sent what is no message"),
      ("printf '\\000\\000\\000\\007{\"a\":1}' >&0; sleep 60", "neither an answer nor a call"),
      ("printf '\\000\\000\\000\\014{\"answer\":9}' >&0; sleep 60", "an answer to what it wasn't asked"),
      ("printf '\\000\\000\\000\\012{\"call\":1}' >&0; sleep 60", "a call for nobody"),
      ("while :; do printf '\\000\\000\\000\\012{\"drop\":1}'; done >&0", "and no answer"),
      ("yes >&0", "a message of 2030729482 bytes"),
      ("cat /dev/zero >&0", "sent what is no message"),
      ("exec 0<&-; sleep 60", "closed its end of the line"),
      ("exit 3", "ended by itself with code 3"),
      ("kill -SEGV $$", "was killed by signal 11"),
    ])
  func rubbish(script: String, told: String) async throws {
    let servant = Companion.Program("/bin/sh", ["sh", "-c", script])
    let host = PluginHost(ambient: .system(), servant: servant)
    let error = await #expect(throws: LuaError.self) {
      try await host.load(Self.counter, file: "p.lua", isolated: true)
    }
    #expect(error?.message.contains(told) ?? false, "\(String(describing: error))")
  }

  @Test("a program that isn't there is told as that")
  func absent() async throws {
    let host = PluginHost(ambient: .system(), servant: Companion.Program("/none", ["none"]))
    let error = await #expect(throws: LuaError.self) {
      try await host.load(Self.counter, file: "p.lua", isolated: true)
    }
    #expect(error?.message == "its process couldn't be started: no such file or directory")
    let bare = PluginHost(ambient: .system())
    await #expect(throws: LuaError.self) { try await bare.load(Self.counter, file: "p.lua", isolated: true) }
  }

  @Test("an answer that is too long is a fault, and so is a text that is too long")
  func bounds() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(
      "ha.decide(function() local s = ('x'):rep(400000) return ha.hold(s .. s .. s) end)", file: "p.lua")
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .proceed)
    // To write it down takes longer than an answer may where the program isn't optimised.
    let told = [
      "a plugin with a process of its own can't answer more than 1 MiB", "it took longer than 0.02 seconds",
    ]
    #expect(complaints.messages.count == 1 && told.contains(complaints.messages[0]), "\(complaints.messages)")
    let error = await #expect(throws: LuaError.self) {
      try await host.load("--" + String(repeating: "x", count: 1_100_000), file: "q.lua")
    }
    #expect(error?.message.contains("can't be told more than 1 MiB") ?? false)
  }

  // MARK: - Ends

  @Test("a new plugin of the same name gets a new process, and the old one ends when its handlers have")
  func reload() async throws {
    let host = await Self.host()
    try await host.load(
      "ha.handler('h', function(ctx) ctx:healthy() return ha.escalate('the old one') end)", file: "p.lua")
    let old = try await Self.process(of: host)
    let powers = WaitingPowers()
    let handler = Task { try await host.rung("h")(PluginCase.context, powers, MemoryHandlerJournal()) }
    await powers.wait()
    try await host.load("ha.handler('h', function() return ha.escalate('the new one') end)", file: "p.lua")
    #expect(try await Self.process(of: host) != old)
    #expect(kill(old, 0) == 0)
    powers.goOn()
    #expect(try await handler.value == .escalate("the old one"))
    try await Self.waitForEnd(of: old)
    let result = try await host.rung("h")(PluginCase.context, PluginPowers(), MemoryHandlerJournal())
    #expect(result == .escalate("the new one"))
  }

  @Test("a handler that is cancelled ends, and its plugin answers on")
  func cancelled() async throws {
    let complaints = Complaints()
    let host = await Self.host(complaints)
    try await host.load(
      Self.counter + "\nha.handler('h', function(ctx) ctx:healthy() return ha.recovered end)", file: "p.lua")
    let process = try await Self.process(of: host)
    let powers = WaitingPowers()
    let handler = Task { try await host.rung("h")(PluginCase.context, powers, MemoryHandlerJournal()) }
    await powers.wait()
    handler.cancel()
    await #expect(throws: CancellationError.self) { try await handler.value }
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("restart 1 (plugin p)"))
    #expect(try await Self.process(of: host) == process)
    #expect(complaints.messages == [])
  }

  /// Powers that look until they are let go on or cancelled, and say when they begin.
  private final class WaitingPowers: HandlerPowers {
    private let (begun, beginning) = AsyncStream<Void>.makeStream()
    private let (gate, opening) = AsyncStream<Void>.makeStream()

    func wait() async { for await _ in begun { return } }
    func goOn() { opening.finish() }

    func perform(_ action: Action, on target: Target, for application: String, tag: String) async throws {}
    func trail(of tag: String, on target: Target) async throws -> OperationTrail? { nil }
    func isHealthy(_ application: String, within span: Duration) async throws -> Bool {
      beginning.yield()
      for await _ in gate {}
      try Task.checkCancellation()
      return true
    }
  }

  @Test("the process of a plugin that is out of service ends")
  func outOfService() async throws {
    let host = await Self.host()
    try await host.load("ha.decide(function() error 'no' end)", file: "p.lua")
    let process = try await Self.process(of: host)
    for _ in 0..<3 { _ = await host.advice(on: PluginCase.proposal("restart")) }
    #expect(await host.status.first?.outOfService != nil)
    try await Self.waitForEnd(of: process)
  }

  // MARK: - What it may

  @Test("the process has no environment, no files, no rights, and may start nothing")
  func confined() async throws {
    let host = await Self.host()
    try await host.load(Self.counter, file: "p.lua")
    let process = try await Self.process(of: host)
    func text(_ name: String) -> String {
      var bytes = [UInt8](repeating: 0, count: 1 << 14)
      let file = open("/proc/\(process)/\(name)", O_RDONLY | O_CLOEXEC)
      defer { close(file) }
      let count = read(file, &bytes, bytes.count)
      return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
    }
    let status = text("status")
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(status.contains("Seccomp:\t2"))
    #expect(!text("environ").contains("PATH="))
    #expect(text("cmdline").hasPrefix("kiln\0plugin-host"))
    let limits = text("limits").split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    #expect(limits.contains { $0.starts(with: ["Max", "open", "files", "32", "32"]) })
    #expect(limits.contains { $0.starts(with: ["Max", "core", "file", "size", "0", "0"]) })
    #expect(limits.contains { $0.starts(with: ["Max", "address", "space"]) && $0[3] != "unlimited" })
    #expect(getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(process)) >= 10)
    var link = [CChar](repeating: 0, count: 256)
    #expect(readlink("/proc/\(process)/cwd", &link, link.count) == 1 && link[0] == CChar(UInt8(ascii: "/")))
  }

  @Test("a plugin may ask for a process of its own, and be refused one")
  func wish() async throws {
    let host = await PluginHome.kilnsProcess.host()
    let text = "ha.plugin { name = 'heavy', isolated = true }\n" + Self.counter
    let plugin = try await host.load(text, file: "heavy.lua")
    #expect(plugin.isIsolated && plugin.name == "heavy")
    #expect(await host.advice(on: PluginCase.proposal("restart")) == .hold("restart 1 (plugin heavy)"))
    #expect(try await host.load(text, file: "heavy.lua", isolated: false).isIsolated == false)
    #expect(try await host.load(Self.counter, file: "p.lua").isIsolated == false)
    #expect(try await host.load(Self.counter, file: "p.lua", isolated: true).isIsolated)
  }
}
