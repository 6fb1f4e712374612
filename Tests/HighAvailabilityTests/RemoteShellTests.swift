import Ambience
import Glibc
import Synchronization
import Testing

@testable import HighAvailability

/// Commands run by a program in ssh's place, which runs them on this machine.
///
/// One after the other: a child that is being started holds the files that others write, and what is written can't be run.
@Suite(.serialized)
struct RemoteShellTests {
  /// A script that takes ssh's arguments and runs the command by a shell, to be deleted with it.
  private final class Program {
    let path: String

    init(_ text: String = "while [ \"$1\" != -- ]; do shift; done; shift 2; exec sh -c \"$1\"") {
      var template = Array("/tmp/kiln-ssh-XXXXXX".utf8CString)
      let descriptor = mkstemp(&template)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      let script = "#!/bin/sh\n" + text + "\n"
      _ = write(descriptor, script, script.utf8.count)
      fchmod(descriptor, 0o700)
      close(descriptor)
    }

    deinit { unlink(path) }
  }

  private func outcome(
    _ command: String, _ program: Program = Program(), within timeout: Duration = .seconds(20)
  ) async
    -> Outcome
  {
    let shell = RemoteShell(program: program.path)
    return await RemoteCommand(command).outcome(on: RemoteHost("guest"), by: shell, within: timeout)
  }

  @Test("a command's exit status tells whether the application works, with its first complaint")
  func statuses() async {
    #expect(await outcome("exit 0") == .up)
    #expect(
      await outcome("echo much | cat; echo 'httpd is dead' >&2; echo more >&2; exit 3")
        == .down("exit status 3: httpd is dead"))
    #expect(await outcome("exit 1") == .down("exit status 1"))
  }

  @Test("what ssh itself complains of, and a command that isn't there, tell nothing of the application")
  func unknown() async {
    #expect(
      await outcome("echo 'Permission denied (publickey).' >&2; exit 255")
        == .unknown("ssh: Permission denied (publickey)."))
    guard case .unknown(let reason) = await outcome("no-such-command-at-all") else {
      Issue.record("it isn't unknown")
      return
    }
    #expect(reason.hasPrefix("the command can't be run"))
    let shell = RemoteShell(program: "/nowhere/ssh")
    let unstarted = await RemoteCommand("true").outcome(
      on: RemoteHost("guest"), by: shell, within: .seconds(1))
    #expect(unstarted == .unknown("/nowhere/ssh can't be run: no such file or directory"))
  }

  @Test("a restart by a command is done when it says so, and fails with its complaint or when nobody answers")
  func restarts() async throws {
    let program = Program()
    func restart(_ command: String, _ program: String) async throws -> ActionResult {
      try await RemoteCommand(command).restart(
        on: RemoteHost("guest"), by: RemoteShell(program: program), within: .seconds(20))
    }
    #expect(try await restart("exit 0", program.path) == .done)
    #expect(
      try await restart("echo 'no such unit' >&2; exit 5", program.path)
        == .failed("`echo 'no such unit' >&2; exit 5` on guest gave the status 5: no such unit"))
    #expect(
      try await restart("true", "/nowhere/ssh")
        == .failed("guest: /nowhere/ssh can't be run: no such file or directory"))
  }

  @Test("a command that doesn't end is killed with all it started, also when it has closed its output")
  func timesOut() async {
    let clock = ContinuousClock()
    let start = clock.now
    #expect(
      await outcome("sleep 60 & sleep 60", within: .milliseconds(200))
        == .down("the command didn't end within 200 ms"))
    #expect(
      await outcome("exec >&- 2>&-; sleep 60", within: .milliseconds(200))
        == .down("the command didn't end within 200 ms"))
    #expect(clock.now - start < .seconds(30))
  }

  @Test("a task that is cancelled waits for no command")
  func cancelled() async {
    let program = Program()
    let shell = RemoteShell(atOnce: 1, program: program.path)
    let task = Task {
      await RemoteCommand("sleep 60").outcome(on: RemoteHost("guest"), by: shell, within: .seconds(60))
    }
    let second = Task {
      await RemoteCommand("sleep 60").outcome(on: RemoteHost("guest"), by: shell, within: .seconds(60))
    }
    task.cancel()
    second.cancel()
    #expect(await task.value == .unknown("cancelled"))
    #expect(await second.value == .unknown("cancelled"))
    #expect(
      await RemoteCommand("true").outcome(on: RemoteHost("guest"), by: shell, within: .seconds(20)) == .up)
  }

  @Test("ssh asks nobody, and takes a host for nothing else")
  func arguments() {
    let host = RemoteHost("-oProxyCommand=x", user: "fedora", port: 2222, keyFile: "/k")
    let words = host.arguments("uptime", within: .milliseconds(1500))
    #expect(words.suffix(3) == ["--", "-oProxyCommand=x", "uptime"])
    for word in ["BatchMode=yes", "ConnectTimeout=2", "fedora", "2222", "/k"] {
      #expect(words.contains(word))
    }
  }

  @Test(
    "a server's key is known by the server's id and its address, for an address goes on to the next server")
  func keys() {
    func alias(_ address: String, _ server: String?, port: Int? = nil) -> String? {
      var host = RemoteHost(address, port: port)
      host.server = server
      return host.arguments("uptime", within: .seconds(1)).first { $0.hasPrefix("HostKeyAlias=") }
    }
    #expect(alias("203.0.113.5", "0f0e") == "HostKeyAlias=kiln.0f0e.203.0.113.5")
    #expect(alias("203.0.113.5", "0f0e", port: 2222) == "HostKeyAlias=kiln.0f0e.203.0.113.5.2222")
    #expect(alias("2001:db8::5", "0f0e") == "HostKeyAlias=kiln.0f0e.2001:db8::5")
    #expect(alias("203.0.113.5", nil) == nil)
    #expect(alias("web.example.org", "0f0e") == nil)
    #expect(alias("203.0.113.5", "a name, with signs*") == nil)
    var host = RemoteHost("203.0.113.5")
    host.knownHosts = "/var/lib/kiln/known hosts"
    #expect(
      host.arguments("uptime", within: .seconds(1)).contains(
        "UserKnownHostsFile=\"/var/lib/kiln/known hosts\""))
  }

  @Test("a restart and a check by ssh say which server they mean, also once it was replaced")
  func meantServer() async throws {
    let program = Program(
      "for word; do case $word in HostKeyAlias=*) echo \"$word\" >> \"$0.told\";; esac; done")
    defer { unlink(program.path + ".told") }
    let made = Mutex(1)
    let ambient = Ambient.system()
    var world = Town(ambient).surroundings
    world.shell = RemoteShell(program: program.path)
    world.resolve = { part, _ in
      guard case .identity = part else { return "203.0.113.5" }
      return "server-\(made.withLock { $0 })"
    }
    let context = RungContext(
      application: "web", target: Target(stack: "shop", logicalID: "Web"), reason: "", attempt: 1,
      intensity: 1)
    let tools = await Supervisor(world).tools(of: context)
    let rung = Rung(.remoteRestart(address: LateText(.output("Address")), RemoteCommand("true")))
    for _ in 0..<2 {
      let deed = await world.perform(Step(index: 0, rung: rung, attempt: 1), context, tools)
      #expect(deed.result == .done)
      made.withLock { $0 += 1 }
    }
    let check = Check("login", .ssh(address: LateText(.output("Address")), RemoteCommand("true")))
    _ = await check.probe(ProbeTask(target: context.target, text: nil, handsOver: false), by: world)
    let told = try #require(Self.text(of: program.path + ".told"))
    #expect(
      told.split(separator: "\n") == (1...3).map { "HostKeyAlias=kiln.server-\($0).203.0.113.5" })
  }

  private static func text(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }

  @Test("a word for a shell stands for itself")
  func quoting() async {
    let odd = "a'b\"c $(false) `x` \\ ;&|"
    let program = Program()
    let result = try? await RemoteShell(program: program.path)
      .run("printf %s \(RemoteProber.quoted(odd))", on: RemoteHost("guest"), within: .seconds(20))
    #expect(result?.output == odd)
  }

  @Test("another machine sees what accepts connections and what doesn't")
  func remoteConnections() async {
    let program = Program()
    let prober = RemoteProber(RemoteHost("guest"), by: RemoteShell(program: program.path))
    let (descriptor, port) = WebServer.listen()
    #expect(await prober.connect(to: "127.0.0.1", port: port, within: .seconds(5)) == .up)
    close(descriptor)
    #expect(
      await prober.connect(to: "127.0.0.1", port: port, within: .seconds(5)) == .down("connection refused"))
  }

  @Test("so many places must see it down; one that sees it up is believed else")
  func agreement() {
    func agreed(_ count: Int, _ outcomes: Outcome...) -> Outcome {
      Vantage(outcomes.map { _ in .here }, agreeing: count).agreed(outcomes)
    }
    #expect(agreed(2, .down("a"), .down("b"), .up) == .down("a, seen from 2 of 3 places"))
    #expect(agreed(2, .down("a"), .up, .unknown("c")) == .up)
    #expect(agreed(2, .down("a"), .unknown("b")) == .unknown("a, but seen from 1 of 2 places only"))
    #expect(agreed(1, .down("a")) == .down("a"))
    #expect(agreed(1, .unknown("a"), .up) == .up)
    #expect(agreed(1, .unknown("a"), .unknown("b")) == .unknown("a"))
  }

  @Test("a supervisor heals only what enough places see down")
  func vantage() throws {
    let isCut = Mutex(true)
    let cut = FunctionProber(
      connect: { _, _ in isCut.withLock { $0 } ? .down("no answer") : .up },
      get: { _, _ in .unknown("no page") })
    var policy = SupervisorTests.policy("web")
    policy.checks[0].vantage = Vantage([.here, .prober(cut)], agreeing: 2)
    try SupervisorTests.supervise([policy]) { supervisor, town, ambient in
      try await ambient.sleep(.seconds(600))
      #expect(town.deeds.isEmpty)
      town.breakDown("web")
      try await ambient.sleep(.seconds(100))
      #expect(town.actions == ["restart"])
      #expect(town.recorded.first?.reason.contains("seen from 2 of 2 places") == true)
    }
  }
}
