import Ambience
import Document
import StackEngine
import Testing

@testable import HighAvailability

/// What is said to guest agents and made of their answers, without any.
@Suite("Guest agents")
struct GuestAgentTests {
  private static let active = ServerPlace(
    status: "ACTIVE", hypervisor: "compute-1", instance: "instance-00000001")

  // MARK: - What virsh says

  @Test(
    "what is the agent's own fault is down, all else unknown, with what to do about it",
    arguments: [
      (
        "error: Guest agent is not responding: QEMU guest agent is not connected", 1,
        Outcome.down(
          "the guest agent doesn't answer: Guest agent is not responding: QEMU guest agent is not connected")
      ),
      (
        "error: guest agent command timed out: guest agent didn't respond to command within '5' seconds", 1,
        .down(
          "the guest agent doesn't answer: guest agent command timed out: guest agent didn't respond to command "
            + "within '5' seconds")
      ),
      (
        "error: Requested operation is not valid: domain is not running", 1,
        .down("the server isn't running on compute-1")
      ),
      (
        "error: internal error: unable to execute QEMU agent command 'guest-exec-status': PID 7 does not exist",
        1,
        .down(
          "the guest agent refuses: internal error: unable to execute QEMU agent command 'guest-exec-status': PID 7 "
            + "does not exist")
      ),
      (
        "error: failed to get domain 'instance-00000001'", 1,
        .unknown(
          "libvirt on compute-1 has no instance-00000001 at qemu:///system: it has moved, or that is another libvirt "
            + "than Nova's")
      ),
      (
        "error: failed to connect to the hypervisor\nerror: Failed to connect socket to '/var/run/libvirt/libvirt-sock': "
          + "Permission denied", 1,
        .unknown(
          "libvirt on compute-1 lets nobody in at qemu:///system: failed to connect to the hypervisor: Failed to connect "
            + "socket to '/var/run/libvirt/libvirt-sock': Permission denied; log in as a user whom it does, or call virsh "
            + "by sudo")
      ),
      (
        "error: argument unsupported: QEMU guest agent is not configured", 1,
        .unknown(
          "the server has no line to a guest agent: it must be made of an image with the property "
            + "hw_qemu_guest_agent=yes")
      ),
      (
        "error: internal error: unable to execute QEMU agent command 'guest-exec': Command guest-exec has been disabled: "
          + "the command is not allowed", 1,
        .unknown(
          "the guest agent may not do what it is asked: internal error: unable to execute QEMU agent command "
            + "'guest-exec': Command guest-exec has been disabled: the command is not allowed; allow it in its "
            + "configuration, for commands guest-exec and guest-exec-status")
      ),
      (
        "error: internal error: unable to execute QEMU agent command 'guest-exec': Command guest-exec has been disabled: "
          + "the agent is in frozen state", 1,
        .unknown(
          "the guest agent does nothing while its file systems are frozen: internal error: unable to execute QEMU agent "
            + "command 'guest-exec': Command guest-exec has been disabled: the agent is in frozen state")
      ),
      (
        "sh: 1: virsh: not found", 127,
        .unknown(
          "virsh can't be run on compute-1: sh: 1: virsh: not found; say by `virsh` how it is called there")
      ),
      ("error: something new\u{1B}[31m", 1, .unknown("virsh on compute-1 failed: something new[31m")),
      ("", 3, .unknown("virsh on compute-1 failed: it said nothing")),
    ] as [(String, Int32, Outcome)])
  func complaints(_ said: String, _ status: Int32, _ outcome: Outcome) {
    let result = RemoteShell.Result(status: status, output: "", errors: said)
    let failure = AgentFailure(result, "instance-00000001", RemoteHost("compute-1"), GuestAgent())
    #expect(failure.outcome == outcome)
  }

  // MARK: - What the agent says

  @Test("a command's end is told by its status and its first complaint, else by what it printed")
  func ends() throws {
    func end(_ value: Value) throws(AgentFailure) -> AgentEnd? { try AgentEnd(value) }
    #expect(try end(["exited": false]) == nil)
    #expect(try end(["exited": true, "exitcode": 0])?.outcome == .up)
    #expect(
      try end(["exited": true, "exitcode": 3, "out-data": "aW5hY3RpdmUK"])?.outcome
        == .down("exit status 3: inactive"))
    #expect(
      try end(["exited": true, "exitcode": 3, "out-data": "aW5hY3RpdmUK", "err-data": "CmRlYWQKbW9yZQ=="])?
        .outcome == .down("exit status 3: dead"))
    #expect(
      try end(["exited": true, "exitcode": 127, "err-data": "bm90IGZvdW5kCg=="])?.outcome
        == .unknown("the command can't be run in the guest: not found"))
    // ESC [2J clears a screen.
    #expect(
      try end(["exited": true, "exitcode": 1, "err-data": "G1sySmRlYWQK"])?.outcome
        == .down("exit status 1:  [2Jdead"))
    #expect(try end(["exited": true, "signal": 9])?.outcome == .down("killed by the signal 9"))
    #expect(try end(["exited": true, "exitcode": 1, "err-data": "!", "out-data": 5])?.complaint == "")
    for odd in [["exited": true], ["exited": "yes"], [:], 5, nil] as [Value] {
      #expect(throws: AgentFailure.self) { try AgentEnd(odd) }
    }
  }

  @Test(
    "base64 is read as it is written, and nothing else is",
    arguments: [
      ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE=", "fooba"),
      ("Zm9vYmFy", "foobar"), ("Z", nil), ("Zg=", nil), ("Zg==Zg==", nil), ("Z===", nil), ("Zm 9", nil),
    ] as [(String, String?)])
  func base64(_ text: String, _ bytes: String?) {
    #expect(Base64.decode(text) == bytes.map { Array($0.utf8) })
  }

  // MARK: - What is asked

  @Test("the request is one word of the hypervisor's shell, whatever the command has in it")
  func quoting() async throws {
    let odd = "test \"$A\" = 'b' && echo `x` \\n $(y);\n# \u{7}é"
    let agent = GuestAgent(connection: "qemu+tcp://h/it's", virsh: "printf '%s\\n'")
    let line = try AgentLine(
      agent, to: Self.active, shell: RemoteShell(program: "/nowhere/ssh"), ambient: .system(),
      allowed: .seconds(15), end: .seconds(15))
    let command = line.command(.run(odd, limit: nil), within: .seconds(14))
    guard case .exited(0, let output, _) = ChildProcess("sh", ["-c", command]).run(within: .seconds(20))
    else {
      Issue.record("the shell doesn't take it")
      return
    }
    let words = String(decoding: output, as: UTF8.self).split(separator: "\n")
    #expect(
      words.dropLast() == [
        "-c", "qemu+tcp://h/it's", "qemu-agent-command", "--domain", "instance-00000001", "--timeout", "5",
        "--cmd",
      ])
    let request = try Value.json(String(try #require(words.last)))
    #expect(request["execute"] == "guest-exec")
    #expect(request["arguments"]?["path"] == "/bin/sh")
    #expect(request["arguments"]?["arg"] == ["-c", .string(odd)])
    #expect(request["arguments"]?["capture-output"] == true)
  }

  @Test("libvirt is given time to find that an agent doesn't answer before the probe's own time is over")
  func patience() throws {
    for (left, seconds) in [(Duration.milliseconds(6900), 1), (.seconds(11), 3), (.seconds(600), 5)] {
      let line = try AgentLine(
        GuestAgent(), to: Self.active, shell: RemoteShell(program: "/nowhere/ssh"), ambient: .system(),
        allowed: .seconds(8), end: .seconds(8))
      #expect(line.command(.ping, within: left).contains("--timeout \(seconds) --cmd '{\"execute\":"))
    }
  }

  // MARK: - What Nova says

  private func outcome(_ place: ServerPlace?, _ agent: GuestAgent = GuestAgent()) async throws -> Outcome {
    var world = Town(.system()).surroundings
    world.shell = RemoteShell(program: "/nowhere/ssh")
    world.serverPlaces = { _ in place }
    return try await agent.outcome(of: "0f0e", running: nil, by: world, within: .seconds(15))
  }

  @Test("a server that is off is down without its agent being asked, and one that was put aside is neither")
  func states() async throws {
    func state(_ status: String) async throws -> Outcome {
      try await outcome(ServerPlace(status: status, hypervisor: nil, instance: nil))
    }
    #expect(try await state("SHUTOFF") == .down("the server is SHUTOFF"))
    #expect(try await state("PAUSED") == .unknown("the server is PAUSED"))
    #expect(try await outcome(nil) == .down("the server doesn't exist"))
  }

  @Test("who isn't shown where a server runs is told who is; names that nobody has are called by nobody")
  func places() async throws {
    let hidden = try await outcome(ServerPlace(status: "ACTIVE", hypervisor: nil, instance: nil))
    guard case .unknown(let reason) = hidden else {
      Issue.record("\(hidden)")
      return
    }
    #expect(reason.hasPrefix("Nova doesn't tell where the server runs: that is for administrators"))
    for name in ["-oProxyCommand=x", "a b", "", "h;x", "é"] {
      let odd = try await outcome(ServerPlace(status: "ACTIVE", hypervisor: name, instance: "instance-1"))
      #expect(
        odd == .unknown("Nova calls the hypervisor \"\(name)\", which is no name of a host"), "\(name)")
    }
    for name in ["12", "--all", "a\nb", ""] {
      let odd = try await outcome(ServerPlace(status: "ACTIVE", hypervisor: "h", instance: name))
      #expect(
        odd == .unknown("Nova calls the server \"\(name)\", by which virsh would find another or none"),
        "\(name)")
    }
    #expect(
      try await outcome(Self.active, GuestAgent(address: "10.0.0.7"))
        == .unknown(
          "the hypervisor 10.0.0.7 can't be reached: /nowhere/ssh can't be run: no such file or directory"))
  }

  @Test("a restart that could never be is left for the next rung; one that fails counts as tried")
  func impossibleRestarts() async throws {
    let context = RungContext(
      application: "web", target: Target(stack: "shop", logicalID: "Web"), reason: "", attempt: 1,
      intensity: 1)
    func restart(_ place: ServerPlace?) async -> ActionResult {
      var world = Town(.system()).surroundings
      world.shell = RemoteShell(program: "/nowhere/ssh")
      world.serverPlaces = { _ in place }
      world.resolve = { part, _ in part == .reference("Web") ? "0f0e" : "?" }
      let rung = Rung(.agentRestart(GuestAgent(), command: "true"))
      let tools = await Supervisor(world).tools(of: context)
      return await world.perform(Step(index: 0, rung: rung, attempt: 1), context, tools).result
    }
    guard
      case .escalate(let reason) = await restart(
        ServerPlace(status: "ACTIVE", hypervisor: nil, instance: nil))
    else {
      Issue.record("it isn't left for the next rung")
      return
    }
    #expect(reason.hasPrefix("restart isn't possible: Nova doesn't tell where the server runs"))
    #expect(await restart(nil) == .failed("the server 0f0e doesn't exist"))
    #expect(
      await restart(Self.active)
        == .failed(
          "the hypervisor compute-1 can't be reached: /nowhere/ssh can't be run: no such file or directory"))
  }

  // MARK: - What is refused

  @Test("what could never work is refused, with a hint")
  func refusals() async throws {
    func refusal(
      _ agent: GuestAgent = GuestAgent(), command: String? = nil, timeout: Duration = .seconds(15)
    ) -> String? {
      let check = Check("agent", .guestAgent(server: nil, agent, command: command), timeout: timeout)
      do {
        try check.validate()
        return nil
      } catch {
        return error.message
      }
    }
    #expect(refusal() == nil)
    #expect(refusal(command: "true", timeout: .seconds(8)) == nil)
    #expect(refusal(timeout: .seconds(5)) == "the check agent has 5 s for a guest agent's answer")
    #expect(refusal(command: "") == "the check agent runs no command")
    #expect(refusal(command: "a\0b") == "the check agent runs no command")
    #expect(
      refusal(command: String(repeating: "x", count: 8193)) == "the check agent runs a command of 8193 bytes")
    #expect(
      refusal(GuestAgent(login: RemoteLogin(port: 0))) == "the check agent asks port 0")
    #expect(
      refusal(GuestAgent(address: "-x")) == "the check agent reaches a hypervisor at \"-x\"")
    #expect(refusal(GuestAgent(connection: "-x")) == "the check agent connects to libvirt at \"-x\"")
    #expect(refusal(GuestAgent(virsh: "a\nb")) == "the check agent calls virsh by \"a\nb\"")
  }

  @Test("a stack as a whole has no guest agent: its check names a server, and a restart has time for it")
  func targets() async throws {
    func problem(_ target: Target, _ server: LateText?, timeout: Duration = .seconds(600)) async -> String? {
      var policy = ApplicationPolicy(
        name: "web", target: target,
        checks: [
          Check("agent", .guestAgent(server: server, GuestAgent(), command: nil), timeout: .seconds(15))
        ],
        ladder: target.isStack ? .standard(for: .stack) : Ladder([]))
      policy.relations.scope = target.isStack ? .stack : .application
      if !target.isStack {
        var rung = Rung(.agentRestart(GuestAgent(), command: "true"))
        rung.timeout = timeout
        policy.ladder = Ladder([rung])
      }
      do {
        try await Supervisor(Town(.system()).surroundings).add(policy)
        return nil
      } catch {
        return error.message
      }
    }
    let stack = Target(stack: "shop", logicalID: "")
    #expect(
      await problem(stack, nil) == "the policy of web has no resource whose guest agent agent could ask")
    #expect(await problem(stack, LateText(.reference("Web"))) == nil)
    let server = Target(stack: "shop", logicalID: "Web")
    #expect(await problem(server, nil) == nil)
    #expect(
      await problem(server, nil, timeout: .seconds(7))
        == "the restart of web has 7 s for a guest agent's answer")
  }
}
