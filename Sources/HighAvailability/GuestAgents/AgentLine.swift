import Ambience
import Document

/// The line to the guest agent of one server, for a time.
struct AgentLine: Sendable {
  /// No more is read of an answer; a command that prints more says nothing.
  static let answerLimit = 1 << 20
  /// The time that libvirt may take to find that an agent doesn't answer, before it gives it what it is asked.
  private static let syncTime = Duration.seconds(5)
  /// The time that it takes to log in.
  private static let loginTime = Duration.seconds(3)
  /// The longest pause before it is asked again how a command fares.
  private static let longestPause = Duration.seconds(5)

  let agent: GuestAgent
  let host: RemoteHost
  let instance: String
  let shell: RemoteShell
  let ambient: Ambient
  /// The time that was allowed, and when it is over.
  let allowed: Duration
  let end: Duration

  /// The line to a server that runs at a place.
  ///
  /// - Throws: `AgentFailure` when Nova doesn't tell what must be known, or what nobody would be called.
  init(
    _ agent: GuestAgent, to place: ServerPlace, shell: RemoteShell, ambient: Ambient, allowed: Duration,
    end: Duration
  ) throws(AgentFailure) {
    guard let hypervisor = place.hypervisor, let instance = place.instance else {
      throw AgentFailure(
        .impossible,
        "Nova doesn't tell where the server runs: that is for administrators, or for those whom its policy "
          + "os_compute_api:os-extended-server-attributes allows it")
    }
    let address = agent.address ?? hypervisor
    guard GuestAgent.isHost(address) else {
      throw AgentFailure(
        .impossible, "Nova calls the hypervisor \"\(hypervisor)\", which is no name of a host")
    }
    guard GuestAgent.isInstance(instance) else {
      throw AgentFailure(
        .impossible, "Nova calls the server \"\(instance)\", by which virsh would find another or none")
    }
    self.agent = agent
    host = agent.login.host(address)
    self.instance = instance
    self.shell = shell
    self.ambient = ambient
    self.allowed = allowed
    self.end = end
  }

  private var left: Duration { end - ambient.uptime() }

  /// Asks the agent once, and gives what it returned.
  func ask(_ request: AgentRequest) async throws(AgentFailure) -> Value {
    let left = left
    guard left > .zero else {
      throw AgentFailure(.unasked, "the guest agent couldn't be asked within \(allowed.phrase)")
    }
    let result: RemoteShell.Result
    do throws(RemoteShell.Failure) {
      result = try await shell.run(
        command(request, within: left), on: host, within: left, limit: Self.answerLimit)
    } catch {
      throw AgentFailure(error, host)
    }
    guard result.status == 0 else { throw AgentFailure(result, instance, host, agent) }
    guard result.output.utf8.count < Self.answerLimit else {
      throw AgentFailure(.unasked, "the command prints too much: let it print less, such as by >/dev/null")
    }
    guard let value = try? Value.json(result.output)["return"] else {
      throw AgentFailure(.unasked, "virsh on \(host.address) printed no answer of a guest agent's")
    }
    return value
  }

  /// Runs a command in the guest, and waits for its end.
  func run(_ command: String, limit: Duration? = nil) async throws(AgentFailure) -> AgentEnd {
    guard let process = try await ask(.run(command, limit: limit))["pid"]?.integer else {
      throw AgentFailure(.unasked, "the guest agent didn't say which process the command is")
    }
    var pause = Duration.milliseconds(200)
    while true {
      if let end = try AgentEnd(try await ask(.status(process: process))) { return end }
      guard left - pause > Self.loginTime else {
        throw AgentFailure(.agent, "the command didn't end within \(allowed.phrase)")
      }
      do { try await ambient.sleep(pause) } catch { throw .cancelled }
      pause = min(pause * 2, Self.longestPause)
    }
  }

  /// What the hypervisor's shell is given: the request is one word of it.
  func command(_ request: AgentRequest, within left: Duration) -> String {
    let patience = min(Self.syncTime, max(.seconds(1), left - Self.syncTime - Self.loginTime))
    // In C's own words, which are understood here.
    let words = [
      "env", "LC_ALL=C", agent.virsh, "-c", RemoteProber.quoted(agent.connection), "qemu-agent-command",
      "--domain", RemoteProber.quoted(instance), "--timeout", "\(patience.components.seconds)", "--cmd",
      RemoteProber.quoted(request.text),
    ]
    return words.joined(separator: " ")
  }
}
