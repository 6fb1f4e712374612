import Ambience
import Glibc
import StackEngine
import TestSupport
import Testing

@testable import HighAvailability

/// Guest agents that are the real ones, asked by a stand-in for virsh.
///
/// One after the other: a child that is being started holds the files that others write, and what is written can't be run.
@Suite(
  "Guest agents that run", .serialized,
  .enabled(if: AgentHost.isInstalled, "qemu-guest-agent isn't installed"))
struct GuestAgentServerTests {
  private static let domain = "instance-00000001"
  private static let target = Target(stack: "shop", logicalID: "Web")

  private let host: AgentHost
  private let agent = GuestAgent()

  init() throws {
    host = try AgentHost()
    try host.start(Self.domain)
  }

  private var world: Supervisor.Surroundings {
    var world = Town(.system()).surroundings
    world.shell = RemoteShell(program: host.ssh)
    world.serverPlaces = { server in
      server == "0f0e" ? ServerPlace(status: "ACTIVE", hypervisor: "compute-1", instance: Self.domain) : nil
    }
    world.resolve = { part, _ in part == .reference("Web") ? "0f0e" : "?" }
    return world
  }

  private func outcome(
    _ command: String? = nil, _ agent: GuestAgent = GuestAgent(), on domain: String = domain,
    within timeout: Duration = .seconds(30)
  ) async throws -> Outcome {
    var world = world
    world.serverPlaces = { _ in ServerPlace(status: "ACTIVE", hypervisor: "compute-1", instance: domain) }
    return try await agent.outcome(of: "0f0e", running: command, by: world, within: timeout)
  }

  @Test(
    "a server is up while its agent answers, and down when that is killed or hangs; it is up again afterwards"
  )
  func pings() async throws {
    #expect(try await outcome() == .up)
    let process = try #require(host.processNumber(of: Self.domain))
    kill(process, SIGSTOP)
    #expect(
      try await outcome()
        == .down(
          "the guest agent doesn't answer: Guest agent is not responding: Guest agent not available for now"))
    kill(process, SIGCONT)
    #expect(try await outcome() == .up)
    host.kill(Self.domain)
    #expect(
      try await outcome()
        == .down(
          "the guest agent doesn't answer: Guest agent is not responding: QEMU guest agent is not connected"))
    try host.start(Self.domain)
    #expect(try await outcome() == .up)
    #expect(host.text("asked")?.hasPrefix("compute-1\ncompute-1\n") == true)
  }

  @Test(
    "what keeps the agent from being asked is unknown: no virsh, another libvirt, no such domain, no line")
  func unknown() async throws {
    func reason(_ agent: GuestAgent, on domain: String = Self.domain) async throws -> String {
      guard case .unknown(let reason) = try await outcome(nil, agent, on: domain) else {
        return "not unknown"
      }
      return reason
    }
    #expect(
      try await reason(GuestAgent(virsh: "no-such-virsh")).hasPrefix(
        "no-such-virsh can't be run on compute-1"))
    #expect(
      try await reason(GuestAgent(connection: "xen:///system"))
        .hasPrefix(
          "libvirt on compute-1 lets nobody in at xen:///system: failed to connect to the hypervisor"))
    #expect(
      try await reason(agent, on: "instance-00000002")
        .hasPrefix("libvirt on compute-1 has no instance-00000002 at qemu:///system"))
    try host.define("instance-00000003")
    try host.write("", to: "domains/instance-00000003/bare")
    #expect(
      try await reason(agent, on: "instance-00000003")
        .hasPrefix("the server has no line to a guest agent"))
    #expect(
      try await reason(GuestAgent(virsh: "echo")).hasPrefix("virsh on compute-1 printed no answer"))
    #expect(
      try await reason(GuestAgent(virsh: "echo 'no route' >&2; exit 255;"))
        == "the hypervisor compute-1 can't be reached: ssh: no route")
  }

  @Test("a command in the guest tells by its status, with what it says of it, however it is written")
  func commands() async throws {
    #expect(try await outcome("exit 0") == .up)
    #expect(try await outcome("exit 1") == .down("exit status 1"))
    #expect(
      try await outcome("echo inactive; echo 'httpd is dead' >&2; exit 3")
        == .down("exit status 3: httpd is dead"))
    #expect(try await outcome("kill -9 $$") == .down("killed by the signal 9"))
    guard case .unknown(let reason) = try await outcome("no-such-command-at-all") else {
      Issue.record("it isn't unknown")
      return
    }
    #expect(reason.hasPrefix("the command can't be run in the guest"))
    #expect(
      try await outcome("printf '%s' \"it's \\\"so\\\" $((1 + 1)) é\" >&2\nexit 4 # \\'")
        == .down("exit status 4: it's \"so\" 2 é"))
  }

  @Test("a command that prints very much is told to print less")
  func floods() async throws {
    #expect(try await outcome("head -c 300000 /dev/zero") == .up)
    #expect(
      try await outcome("head -c 900000 /dev/zero")
        == .unknown("the command prints too much: let it print less, such as by >/dev/null"))
  }

  @Test("a command that doesn't end is down, and is killed in the guest")
  func endless() async throws {
    let command = "echo $$ > \(host.folder)/endless.pid; while :; do sleep 1; done"
    #expect(
      try await outcome(command, within: .seconds(5)) == .down("the command didn't end within 5 s"))
    let process = try #require(host.text("endless.pid").flatMap { Int32($0.filter(\.isNumber)) })
    await Self.wait { kill(process, 0) != 0 }
    #expect(kill(process, 0) != 0)
  }

  /// Waits for what other processes do.
  private static func wait(for holds: () -> Bool) async {
    for _ in 0..<1200 where !holds() { try? await Task.sleep(for: .milliseconds(25)) }
  }

  @Test("a task that is cancelled waits for no agent")
  func cancelled() async throws {
    let world = world
    let task = Task {
      try await GuestAgent().outcome(of: "0f0e", running: "sleep 60", by: world, within: .seconds(60))
    }
    await Self.wait { host.text("asked") != nil }
    task.cancel()
    #expect(try await task.value == .unknown("cancelled"))
    let restart = Task {
      try await GuestAgent().restart("sleep 60", in: "0f0e", by: world, within: .seconds(60))
    }
    restart.cancel()
    await #expect(throws: CancellationError.self) { try await restart.value }
  }

  // MARK: - Restarts

  private func restart(_ command: String) async -> ActionResult {
    let context = RungContext(
      application: "web", target: Self.target, reason: "", attempt: 1, intensity: 1)
    let rung = Rung(.agentRestart(agent, command: command))
    let tools = await Supervisor(world).tools(of: context)
    return await world.perform(Step(index: 0, rung: rung, attempt: 1), context, tools).result
  }

  private var service: Int32? { host.text("httpd.pid").flatMap { Int32($0.filter(\.isNumber)) } }

  @Test("a restart is done when the service runs anew, and fails with what the guest says")
  func restarts() async throws {
    #expect(await restart("systemctl restart -- httpd") == .done)
    let first = try #require(service)
    #expect(kill(first, 0) == 0)
    #expect(await restart("systemctl restart -- httpd") == .done)
    let second = try #require(service)
    #expect(second != first)
    #expect(kill(second, 0) == 0)
    #expect(
      await restart("systemctl restart -- nginx")
        == .failed(
          "`systemctl restart -- nginx` in the server: exit status 5: Unit nginx.service not found."))
    host.kill(Self.domain)
    #expect(
      await restart("systemctl restart -- httpd")
        == .failed(
          "the guest agent doesn't answer: Guest agent is not responding: QEMU guest agent is not connected"))
  }

  @Test("a supervisor finds a service dead by its guest agent, and restarts it by that")
  func heals() async throws {
    #expect(await restart("systemctl restart -- httpd") == .done)
    let first = try #require(service)
    let policy = ApplicationPolicy(
      name: "web", target: Self.target,
      checks: [
        Check(
          "httpd",
          .guestAgent(server: nil, agent, command: "kill -0 \"$(cat \(host.folder)/httpd.pid)\""),
          every: .milliseconds(50), timeout: .seconds(30), fall: 2, rise: 1, grace: .zero)
      ],
      ladder: Ladder([
        Rung(.agentRestart(agent, command: "systemctl restart -- httpd"), settle: .milliseconds(100))
      ]))
    let (sightings, teller) = AsyncStream.makeStream(of: Outcome.self)
    var world = world
    world.witness = { teller.yield($0.outcome) }
    let supervisor = Supervisor(world)
    try await supervisor.add(policy)
    let events = await supervisor.events()
    await supervisor.start()
    #expect(await sightings.first { $0 == .up } != nil)
    kill(first, SIGKILL)
    var verbs: [HAEvent.Verb] = []
    for await event in events {
      verbs.append(event.verb)
      if event.verb == .recovered { break }
    }
    await supervisor.stop()
    #expect(verbs == [.detected, .restart, .recovered])
    let second = try #require(service)
    #expect(second != first)
    #expect(kill(second, 0) == 0)
  }
}
