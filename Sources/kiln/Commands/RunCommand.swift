import Ambience
import ArgumentParser
import Document
import Glibc
import Loading
import LuaRuntime
import OpenStack
import Scripting
import Shell
import StackEngine

/// `kiln [FILE] ...`: runs chunks and a script, or the REPL.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs a script or a chunk of Lua, or the REPL (the default command).")

  @OptionGroup var cloud: CloudOptions
  @OptionGroup var output: OutputOptions

  @Option(
    name: .customShort("e"), help: ArgumentHelp("Runs a chunk of Lua; may be repeated.", valueName: "chunk"))
  var chunks: [String] = []

  @Flag(name: .customShort("i"), help: "Goes on with the REPL after the script.")
  var isInteractive = false

  @Flag(name: .customLong("no-init"), help: "Doesn't run ~/.config/kiln/init.lua before the REPL.")
  var skipsInit = false

  @Argument(
    parsing: .captureForPassthrough,
    help: ArgumentHelp("A script, or - for standard input, and its arguments.", valueName: "file"))
  var rest: [String] = []

  func validate() throws {
    if let first = rest.first, first.hasPrefix("-"), first != "-" {
      throw ValidationError("there is no option \(first)")
    }
  }

  @Option(
    name: .customLong("complete"),
    help: ArgumentHelp("Prints what could follow in a line of Lua, and what it is.", valueName: "line"))
  var completed: String?

  func run() async throws {
    let program = try Program(cloud, output)
    if let completed { return try await program.complete(completed) }
    let isTalk = isInteractive || (chunks.isEmpty && rest.isEmpty && isatty(STDIN_FILENO) == 1)
    do {
      try await program.run(invocation)
    } catch let error as LuaError where isTalk {
      Complaint.show(error.diagnostics)
    }
    if isTalk { throw ExitCode(await program.talk(skipsInit: skipsInit)) }
  }

  private var invocation: ScriptRunner.Invocation {
    var invocation = ScriptRunner.Invocation(chunks: chunks)
    guard let file = rest.first else {
      if chunks.isEmpty, isatty(STDIN_FILENO) == 0 {
        invocation.script = .text(LocalFile.standardInput() ?? "", name: "stdin")
      }
      return invocation
    }
    invocation.arguments = Array(rest.dropFirst())
    invocation.script =
      file == "-" ? .text(LocalFile.standardInput() ?? "", name: "stdin") : .file(file)
    return invocation
  }
}

/// A state of Lua with everything of kiln's in it, and how its results are shown.
struct Program {
  let workbench: Workbench
  let lua: Lua
  let progress: Progress
  let isJSON: Bool
  let traffic: TrafficLog
  let ambient: Ambient

  init(_ cloud: CloudOptions, _ output: OutputOptions) throws {
    let ambient = Ambient.system()
    let opening = try Opening(cloud, environment: Environment.variables, ambient: ambient)
    let progress = Progress(output)
    self.progress = progress
    self.ambient = ambient
    isJSON = output.output == .json
    traffic = opening.traffic
    // On a terminal the screen has to know of every line.
    traffic.show { trace in
      for line in trace.lines {
        progress.screen.complain(StyledLine(line, .faint).text(color: Output.errors.isColored) + "\n")
      }
    }
    workbench = Workbench(
      sessions: opening.sessions, traffic: opening.traffic, ambient: ambient,
      watcher: progress, references: opening.resolvers, types: opening.types, hooks: opening.hooks,
      policies: opening.policies,
      warn: { progress.screen.complain($0.rendered(color: Output.errors.isColored) + "\n") },
      log: { level, message in progress.screen.complain("\(level.rawValue): \(message)\n") },
      write: { progress.write($0) })
    lua = Lua(ambient: ambient, output: { progress.write($0) })
  }

  var stubs: [(file: String, text: String)] { workbench.stubs }
  var reference: String { workbench.reference }

  func run(_ invocation: ScriptRunner.Invocation) async throws {
    try await withInterruptions {
      try await ScriptRunner(
        lua: lua, workbench: workbench, commands: ["template", "stacks", "cloud"],
        environment: Environment.variables
      ).run(invocation)
      await progress.settle()
    }
  }

  /// Works with the engine of the cloud that is meant, once plugins are loaded and the cloud has accepted the login.
  func withEngine(_ body: (Engine) async throws -> Void) async throws {
    try await withSession { try await body($0.engine) }
  }

  /// The same with the cloud itself.
  func withSession(_ body: (CloudSession) async throws -> Void) async throws {
    try await run(ScriptRunner.Invocation())
    let session = try await workbench.sessions.session()
    try await withInterruptions {
      try await session.ready()
      try await body(session)
    }
  }

  /// Runs a body that Ctrl-C stops; a second Ctrl-C ends the program at once.
  private func withInterruptions(_ body: () async throws -> Void) async throws {
    listenToInterruptions()
    do {
      try await body()
    } catch {
      await progress.catchUp()
      progress.screen.close()
      if let error = error as? LuaError, error.code == .stopped { throw ExitCode(130) }
      throw error
    }
  }

  private func listenToInterruptions() {
    let (lua, progress) = (lua, progress)
    Interruption.listen { count in
      if count > 1 {
        progress.screen.close()
        _exit(130)
      }
      lua.stop()
    }
  }

  /// Asks a person, whose Ctrl-C ends the program; no answer is an empty one.
  func ask(_ question: String) -> String {
    Interruption.listen { _ in _exit(130) }
    defer { listenToInterruptions() }
    Output.errors.write(question)
    return readLine() ?? ""
  }
}

extension Progress {
  /// Progress on this program's standard output.
  convenience init(_ options: OutputOptions) {
    self.init(
      options.output == .json ? .json : .text, isLive: Output.standard.isLive,
      color: Output.standard.isColored)
  }
}

/// The variables of the environment.
enum Environment {
  static var variables: [String: String] {
    var variables: [String: String] = [:]
    var entry = environ
    while let text = entry.pointee {
      let pair = String(cString: text)
      if let equals = pair.firstIndex(of: "=") {
        variables[String(pair[..<equals])] = String(pair[pair.index(after: equals)...])
      }
      entry += 1
    }
    return variables
  }
}
