import Foundation
import Glibc
import TestSupport
import Testing

@Suite("the REPL on a terminal", .timeLimit(.minutes(5)))
struct ReplTests {
  private let program: Program

  init() throws { program = try Program() }

  /// kiln on a terminal, once it asks.
  private func start(
    _ arguments: [String] = [], color: Bool = false, environment more: [String: String] = [:]
  ) async throws -> PseudoTerminal {
    let usual = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8"]
    var environment = program.environment(usual.merging(more) { $1 })
    if color { environment["NO_COLOR"] = nil }
    let terminal = try PseudoTerminal(
      Program.path, arguments, environment: environment, folder: program.folder.path, rows: 30, columns: 90)
    try await terminal.wait(for: "\n>")
    return terminal
  }

  /// Enters a line, and waits until its results are there and the next line is asked for.
  private func enter(_ line: String, _ terminal: PseudoTerminal) async throws {
    let before = prompts(terminal.text)
    terminal.enter(line)
    try await terminal.wait("a prompt after \(line)") { prompts($0) > before && $0.hasSuffix("\n>") }
  }

  private func prompts(_ text: String) -> Int { text.split(separator: "\n").count { $0.hasPrefix(">") } }

  @Test("an expression's value is shown, and is _ from then on")
  func values() async throws {
    let terminal = try await start()
    #expect(terminal.text.hasPrefix("kiln 0.1 · cloud embedded"))
    try await enter("6 * 7", terminal)
    try await enter("_ + 1", terminal)
    try await enter("_2", terminal)
    try await enter("{ name = 'web', ports = { 80 } };", terminal)
    try await enter("_", terminal)
    #expect(
      terminal.text.contains(
        """
        > 6 * 7
        42
        > _ + 1
        43
        > _2
        42
        > { name = 'web', ports = { 80 } };
        > _
        { name = "web", ports = { 80 } }
        >
        """))
  }

  @Test("Ctrl-D leaves with exit code 0, and :quit does too")
  func leaving() async throws {
    let terminal = try await start()
    terminal.type("\u{04}")
    #expect(try await terminal.exitCode() == 0)
    let other = try await start()
    other.enter(":quit")
    #expect(try await other.exitCode() == 0)
  }

  @Test("a chunk goes on until it is complete, indented, and comes back whole from the history")
  func lines() async throws {
    let terminal = try await start()
    terminal.enter("for i = 1, 2 do")
    try await terminal.wait("the second line") { _ in terminal.cursor.column == 4 }
    terminal.enter("print('line', i)")
    try await terminal.wait("the third line") {
      $0.contains("\n    print('line', i)") && terminal.cursor.column == 4
    }
    terminal.enter("end")
    // The emulated terminal leaves tabs out.
    try await terminal.wait(for: "line2")
    #expect(terminal.text.contains("\n    print('line', i)\n  end\n"))
    terminal.type("\u{1B}[A")
    let chunk = "> for i = 1, 2 do\n    print('line', i)\n  end"
    try await terminal.wait("the whole chunk again") { $0.ranges(of: chunk).count == 2 }
  }

  @Test("an error shows its line, and the shell lives on")
  func errors() async throws {
    let terminal = try await start()
    try await enter("local function f(x) return x.y.z end f({})", terminal)
    #expect(terminal.text.contains("error: attempt to index a nil value (field 'y')"))
    #expect(terminal.text.contains("1 | local function f(x) return x.y.z end f({})"))
    try await enter(":trace", terminal)
    #expect(terminal.text.contains("in function 'f'"))
    try await enter(":locals", terminal)
    #expect(terminal.text.contains("x = {}"))
    try await enter("kiln.stakcs", terminal)
    #expect(terminal.text.contains("did you mean `stacks`"))
    try await enter(":hepl", terminal)
    #expect(terminal.text.contains("did you mean :help?"))
    try await enter("x = = 1", terminal)
    #expect(terminal.text.contains("unexpected symbol near '='"))
    try await enter("1 + 1", terminal)
    #expect(terminal.text.hasSuffix("> 1 + 1\n2\n>"))
  }

  @Test("Ctrl-C stops a chunk that loops or waits, and nothing else")
  func stopping() async throws {
    let terminal = try await start()
    try await enter("kept = 1", terminal)
    for (count, chunk) in zip(1..., ["while true do end", "kiln.task.sleep(1000)"]) {
      terminal.enter("print 'begun' " + chunk)
      try await terminal.wait("the chunk to run") { $0.hasSuffix("begun") }
      terminal.type("\u{03}")
      try await terminal.wait("the chunk's end") {
        $0.ranges(of: "stopped").count == count && $0.hasSuffix("\n>")
      }
    }
    try await enter("kept", terminal)
    #expect(terminal.text.hasSuffix("> kept\n1\n>"))
  }

  @Test("Ctrl-C at the prompt gives the line up")
  func abandoning() async throws {
    let terminal = try await start()
    terminal.type("half a")
    try await terminal.wait(for: "> half a")
    terminal.type("\u{03}")
    try await terminal.wait("a new prompt") { $0.hasSuffix("> half a^C\n>") }
    try await enter("'whole'", terminal)
    #expect(terminal.text.hasSuffix("\"whole\"\n>"))
  }

  @Test("Tab completes, lists what fits, and chooses")
  func completing() async throws {
    let terminal = try await start()
    terminal.type("kiln.stac\t")
    try await terminal.wait(for: "> kiln.stacks")
    terminal.type(".\t")
    try await terminal.wait(for: "create(name, template, parameters?, options?)     Starts to create a stack")
    terminal.type("cr\t")
    try await terminal.wait(for: "> kiln.stacks.create\n")
    terminal.type("\t\t")
    try await terminal.wait(for: "> kiln.stacks.create_change_set")
    terminal.type("\u{1B}[Z")
    try await terminal.wait(for: "> kiln.stacks.create")
    terminal.type("\u{1B}h")
    try await terminal.wait(for: "  Starts to create a stack, and returns it once its plan is accepted.\n")
    terminal.type("\u{03}")
    try await terminal.wait("what was below to be gone") { $0.hasSuffix("> kiln.stacks.create^C\n>") }
  }

  @Test("Home, End, Up and Down keep to the lines of a chunk; Ctrl-K to the end of one")
  func moving() async throws {
    let terminal = try await start()
    terminal.type("x = {\u{1B}\r1,\u{1B}\r2 }")
    try await terminal.wait(for: "2 }")
    terminal.type("\u{1B}[A\u{01}\u{0B}  7,\u{1B}[B\u{05} ")
    try await terminal.wait(for: "> x = {\n    7,\n")
    terminal.type("\r")
    try await terminal.wait("a new prompt") { $0.hasSuffix("2 }\n>") }
    try await enter("x", terminal)
    #expect(terminal.text.hasSuffix("{ 7, 2 }\n>"))
  }

  @Test("a pasted chunk of many lines is one chunk")
  func pasting() async throws {
    let terminal = try await start()
    terminal.type("\u{1B}[200~local a = 1\nlocal b = 2\nprint('sum', a + b)\u{1B}[201~")
    try await terminal.wait(for: "> local a = 1\n  local b = 2\n  print('sum', a + b)")
    try await enter("", terminal)
    #expect(terminal.text.contains("sum"))
  }

  @Test("the history is kept from one session to the next, for its owner alone")
  func history() async throws {
    let first = try await start()
    try await enter("'first session'", first)
    first.type("\u{04}")
    #expect(try await first.exitCode() == 0)
    let second = try await start()
    try await enter("print('other')", second)
    second.type("'fi\u{1B}[A")
    try await second.wait(for: "> 'first session'")
    let file = program.folder.appending(path: "state/kiln/history").path
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
  }

  @Test("a stack's progress is drawn while the next line is written, and its end stays above it")
  func progress() async throws {
    let terminal = try await start()
    try await enter("t = kiln.template.new 'try'", terminal)
    try await enter("h = t:resource('Handle', 'AWS::CloudFormation::WaitConditionHandle')", terminal)
    try await enter("wait = { Handle = h, Timeout = 600 }", terminal)
    try await enter("c = t:resource('Wait', 'AWS::CloudFormation::WaitCondition', wait)", terminal)
    terminal.enter("s = kiln.stacks.create('web', t)")
    try await terminal.wait("the running condition above the prompt") {
      $0.contains("CREATE_IN_PROGRESS · 1 done, 1 running") && $0.hasSuffix("\n>")
    }
    terminal.type("s:signal 'Handle'")
    try await terminal.wait("both the progress and the line") {
      $0.contains("1 done, 1 running") && $0.hasSuffix("> s:signal 'Handle'")
    }
    terminal.type("\r")
    try await terminal.wait("the stack's end above the prompt") {
      $0.contains("web CREATE_COMPLETE in") && !$0.contains("running") && $0.hasSuffix("\n>")
    }
    try await enter("kiln.stacks.list()", terminal)
    #expect(terminal.text.contains("NAME  STATUS"))
    #expect(!terminal.text.contains("IN_PROGRESS"))
  }

  @Test("results go to shell commands and files, and chunks that succeed to a script")
  func elsewhere() async throws {
    let terminal = try await start()
    try await enter("'b\\na' |> sort", terminal)
    #expect(terminal.text.contains("\na\nb\n>"))
    try await enter("!echo from the $((1 + 1))nd shell", terminal)
    #expect(terminal.text.contains("from the 2nd shell"))
    try await enter(":record session.lua", terminal)
    try await enter("{ a = { 1 } }", terminal)
    try await enter("error 'not recorded'", terminal)
    try await enter(":save out.json", terminal)
    let session = try String(contentsOf: program.folder.appending(path: "session.lua"), encoding: .utf8)
    #expect(session == "{ a = { 1 } }\n")
    let saved = try String(contentsOf: program.folder.appending(path: "out.json"), encoding: .utf8)
    #expect(saved.filter { !$0.isWhitespace } == "{\"a\":[1]}")
  }

  @Test("colours show as one types, and NO_COLOR shows none")
  func colours() async throws {
    let terminal = try await start(color: true)
    terminal.type("return 'x'")
    try await terminal.wait(for: "> return 'x'")
    #expect(terminal.raw.contains("\u{1B}[1;34mreturn\u{1B}[0m"))
    let plain = try await start()
    plain.type("return 'x'")
    try await plain.wait(for: "> return 'x'")
    #expect(!plain.raw.contains("\u{1B}[1;34m"))
  }

  @Test("init.lua runs first, unless --no-init says not to; its errors don't keep the shell from starting")
  func initialization() async throws {
    let folder = program.folder.appending(path: "config/kiln")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try "mine = 'from init'\nerror 'and wrong'".write(
      to: folder.appending(path: "init.lua"), atomically: true, encoding: .utf8)
    let terminal = try await start()
    #expect(terminal.text.contains("and wrong"))
    try await enter("mine", terminal)
    #expect(terminal.text.contains("\"from init\""))
    let bare = try await start(["--no-init"])
    try await enter("mine", bare)
    #expect(bare.text.hasSuffix("> mine\nnil\n>"))
  }

  @Test("-i goes on with the REPL after a script, also after one that failed")
  func afterScript() async throws {
    let script = try program.write("left = 'behind'\nerror 'too late'\n", to: "script.lua")
    let terminal = try await start(["-i", script])
    #expect(terminal.text.contains("too late"))
    try await enter("left", terminal)
    #expect(terminal.text.contains("\"behind\""))
  }

  @Test("a terminal that can't draw is asked line by line")
  func dumb() async throws {
    let terminal = try await start(environment: ["TERM": "dumb"])
    terminal.type("1 + 1\n")
    try await terminal.wait("the result and a prompt") { $0.hasSuffix("\n2\n>") }
    #expect(!terminal.raw.contains("\u{1B}"))
    terminal.type("\u{04}")
    #expect(try await terminal.exitCode() == 0)
  }

  @Test("SIGTERM ends it, and leaves the terminal as it was")
  func termination() async throws {
    let terminal = try await start()
    terminal.type("half")
    try await terminal.wait(for: "> half")
    terminal.signal(SIGTERM)
    #expect(try await terminal.exitCode() == 130)
    #expect(terminal.raw.hasSuffix("\u{1B}[?2004l"))
  }

  @Test("a plan is stepped through, looked into and aborted, and Ctrl-C ends a wait for it")
  func debugging() async throws {
    let terminal = try await start()
    try await enter("t = kiln.template.new()", terminal)
    try await enter(
      "t:resource('Disk', 'AWS::EC2::Volume', { Size = 3, AvailabilityZone = 'nova' });", terminal)
    try await enter("t:resource('Last', 'OS::Heat::Value', { value = t:find 'Disk' });", terminal)
    try await enter("d = kiln.stacks.debug(kiln.stacks.plan('web', t))", terminal)
    try await enter("d", terminal)
    #expect(terminal.text.contains("Debugger of the create of web"))
    try await enter("d:where()", terminal)
    #expect(terminal.text.contains("pre-create"))
    try await enter("d:inspect()", terminal)
    #expect(terminal.text.contains("pre-create of Disk (AWS::EC2::Volume)\n"))
    try await enter("d:inspect().properties.Size", terminal)
    #expect(terminal.text.contains("\n3\n"))
    try await enter("d:step()", terminal)
    try await enter("d:step 'Disk'", terminal)
    #expect(terminal.text.contains("Disk of web doesn't wait"))
    #expect(terminal.text.contains("what waits: Last (pre-create)"))
    terminal.enter("d.stack:wait()")
    try await Task.sleep(for: .milliseconds(300))
    terminal.type("\u{03}")
    try await terminal.wait("the end of the wait") { $0.contains("stopped") && $0.hasSuffix("\n>") }
    try await enter("d:abort().status", terminal)
    #expect(terminal.text.contains("ROLLBACK_COMPLETE"))
  }

  @Test("--complete prints what fits a line")
  func completion() async throws {
    let outcome = try await program.run(["--complete", "kiln.stacks.l"])
    #expect(outcome.output == "list\tfunction: Lists the stacks that there are, oldest first.\n")
    #expect(outcome.status == 0)
  }
}
