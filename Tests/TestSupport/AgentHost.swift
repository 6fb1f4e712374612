import Foundation
import Synchronization

/// A hypervisor for one test: an `ssh` that leads to it, a `virsh` that speaks with the guest agents of its domains, and
/// those agents, which are the real ones and run on this machine.
package final class AgentHost: Sendable {
  private struct Agent {
    let leash: Pipe
    let process: Process
  }

  /// Everything of it; what runs in the guests may keep files here.
  package let folder: String
  private let agents = Mutex<[String: Agent]>([:])

  private static let program = ["/usr/sbin/qemu-ga", "/usr/bin/qemu-ga"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Whether tests can have one.
  package static var isInstalled: Bool {
    program != nil && FileManager.default.isExecutableFile(atPath: "/usr/bin/python3")
  }

  package init() throws {
    folder = "/tmp/kiln-agents-\(UUID().uuidString.prefix(8))"
    for name in ["bin", "domains"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    for (name, text) in [("ssh", Self.ssh), ("virsh", Self.virsh), ("systemctl", Self.systemctl)] {
      try write(text, to: "bin/\(name)")
    }
  }

  deinit {
    for agent in agents.withLock(\.values) { Self.end(agent) }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", "for file in \"$0\"/*.pid; do kill -9 $(cat \"$file\"); done", folder]
    process.standardError = FileHandle.nullDevice
    try? process.run()
    process.waitUntilExit()
    try? FileManager.default.removeItem(atPath: folder)
  }

  /// The program that leads to it in ssh's place, whatever machine is named.
  package var ssh: String { "\(folder)/bin/ssh" }

  /// Writes a program of its own.
  package func write(_ text: String, to name: String) throws {
    let path = "\(folder)/\(name)"
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  package func text(_ name: String) -> String? {
    try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
  }

  /// Lets a domain run that has a line to an agent, but no agent yet.
  package func define(_ domain: String) throws {
    try FileManager.default.createDirectory(
      atPath: "\(folder)/domains/\(domain)", withIntermediateDirectories: true)
  }

  /// Starts the agent of a domain.
  package func start(_ domain: String) throws {
    try define(domain)
    let place = "\(folder)/domains/\(domain)"
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // Ends with the test's process, too.
    let script = """
      cd "$1"
      rm -f agent
      PATH="$2/bin:$PATH" FOLDER="$2" "$3" -m unix-listen -p "$1/agent" -t "$1" </dev/null &
      agent=$!
      echo $agent > id
      cat >/dev/null
      kill -9 $agent
      wait $agent
      """
    process.arguments = ["-c", script, "sh", place, folder, Self.program ?? ""]
    let leash = Pipe()
    process.standardInput = leash
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    agents.withLock { $0[domain] = Agent(leash: leash, process: process) }
    for _ in 0..<200 {
      if FileManager.default.fileExists(atPath: place + "/agent"), processNumber(of: domain) != nil {
        return
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    throw Absence(description: "qemu-ga didn't start")
  }

  /// Kills the agent of a domain.
  package func kill(_ domain: String) {
    if let agent = agents.withLock({ $0.removeValue(forKey: domain) }) { Self.end(agent) }
  }

  /// The process of a domain's agent.
  package func processNumber(of domain: String) -> Int32? {
    text("domains/\(domain)/id").flatMap { Int32($0.filter(\.isNumber)) }
  }

  private static func end(_ agent: Agent) {
    try? agent.leash.fileHandleForWriting.close()
    agent.process.waitUntilExit()
  }

  private struct Absence: Error, CustomStringConvertible {
    let description: String
  }
}

extension AgentHost {
  private static let ssh = """
    #!/bin/sh
    while [ "$1" != -- ]; do shift; done
    echo "$2" >> "${0%/bin/ssh}/asked"
    PATH="${0%/ssh}:$PATH"
    exec sh -c "$3"
    """

  /// Restarts one service, which is a process that does nothing.
  private static let systemctl = """
    #!/bin/sh
    [ "$1 $2 $3" = "restart -- httpd" ] || { echo "Unit $3.service not found." >&2; exit 5; }
    if [ -e "$FOLDER/httpd.pid" ]; then kill -9 "$(cat "$FOLDER/httpd.pid")" 2>/dev/null; fi
    sleep 1000 </dev/null >/dev/null 2>&1 &
    echo $! > "$FOLDER/httpd.pid"
    """

  /// What virsh does and says in libvirt 9 to 11; but it waits for an agent for two seconds in place of five.
  private static let virsh = #"""
    #!/usr/bin/python3 -IS
    import json, os, socket, sys

    def fail(*lines):
        for line in lines:
            print("error: " + line, file=sys.stderr)
        sys.exit(1)

    words = sys.argv[1:]
    if len(words) != 9 or words[0] != "-c" or words[2] != "qemu-agent-command":
        fail("unexpected words: %s" % words)
    options = dict(zip(words[3::2], words[4::2]))
    if words[1] != "qemu:///system":
        fail("failed to connect to the hypervisor", "no connection driver available for " + words[1])
    name, patience = options["--domain"], int(options["--timeout"])
    place = os.path.join(os.path.dirname(sys.argv[0]), "..", "domains", name)
    if not os.path.isdir(place):
        fail("failed to get domain '%s'" % name)
    if os.path.exists(place + "/bare"):
        fail("argument unsupported: QEMU guest agent is not configured")
    if patience <= 0:
        fail("timeout must be positive")
    try:
        request = json.loads(options["--cmd"])
    except ValueError as error:
        fail("internal error: cannot parse json %s: %s" % (options["--cmd"], error))

    said = b""

    def read(line):
        global said
        while b"\n" not in said:
            part = line.recv(65536)
            if not part:
                fail("guest agent command timed out: Guest agent disappeared while executing command")
            said += part
        text, said = said.split(b"\n", 1)
        return json.loads(text.lstrip(b"\xff"))

    line = socket.socket(socket.AF_UNIX)
    try:
        line.connect(place + "/agent")
    except OSError:
        fail("Guest agent is not responding: QEMU guest agent is not connected")
    try:
        line.settimeout(2)
        line.sendall(b'\xff{"execute":"guest-sync-delimited","arguments":{"id":77}}\n')
        while read(line).get("return") != 77:
            pass
    except TimeoutError:
        fail("Guest agent is not responding: Guest agent not available for now")
    try:
        line.settimeout(patience)
        line.sendall(json.dumps(request).encode() + b"\n")
        answer = read(line)
    except TimeoutError:
        fail("guest agent command timed out: guest agent didn't respond to command within '%d' seconds" % patience)
    if "error" in answer:
        fail("guest agent command failed: unable to execute QEMU agent command '%s': %s"
             % (request["execute"], answer["error"]["desc"]))
    print(json.dumps(answer, separators=(",", ":")))
    print()
    """#
}
