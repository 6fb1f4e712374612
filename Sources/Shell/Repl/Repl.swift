package import Ambience
import Document
import Glibc
package import LuaRuntime

/// The shell that a person talks to: reads Lua, runs it, and shows what comes of it.
package actor Repl {
  package struct Settings: Sendable {
    /// What is said at the start.
    package var banner: String
    /// Whether results are written as JSON.
    package var isJSON = false
    package var environment: [String: String] = [:]
    /// A script to run first, if it is there.
    package var initFile: String?
    /// Where the history is kept; nil keeps none.
    package var historyFile: String?

    /// How much of requests to clouds is shown, and what changes that: `on`, `off` or `full`.
    package var requestLevel: @Sendable () -> String = { "off" }
    package var showRequests: @Sendable (String) -> Void = { _ in }
    /// Loads a policy plugin from a file.
    package var loadPolicy: @Sendable (String) async throws -> Void = { _ in }

    package init(banner: String) { self.banner = banner }
  }

  let lua: Lua
  let progress: Progress
  let completer: Completer
  let settings: Settings
  let ambient: Ambient
  let lines: any LineSource
  let signals: ReplSignals
  var screen: Screen { progress.screen }

  private var history: History
  /// How many chunks have run; each has a name of its own, by which its functions' errors find their line.
  var count = 0
  var results: [LuaValue] = []
  var failure: LuaError?
  var recording: String?
  var showsTime = false
  private var hasWarned = false

  package init(
    lua: Lua, progress: Progress, completer: Completer, settings: Settings, ambient: Ambient
  ) {
    self.lua = lua
    self.progress = progress
    self.completer = completer
    self.settings = settings
    self.ambient = ambient
    history = History(path: settings.historyFile)
    let assistant = ReplAssistant(lua: lua, completer: completer)
    lines =
      progress.screen.isLive
      ? LineEditor(screen: progress.screen, assistant: assistant)
      : PlainLines(screen: progress.screen, assistant: assistant)
    signals = ReplSignals(lua: lua, lines: lines, ambient: ambient)
  }

  /// Talks until the person leaves.
  ///
  /// - Returns: The program's exit code.
  package func run() async -> Int32 {
    signals.listen()
    defer { screen.close() }
    await prepare()
    while !signals.isLeaving {
      signals.enter(.reading)
      let input = await lines.read(StyledLine("> ", .active))
      signals.enter(.running)
      switch input {
      case .interrupted: continue
      case .end: if mayLeave { return 0 }
      case .text(let text):
        if history.add(text) { await lines.remember([text]) }
        if await obey(ReplLine(text)) == .leave, mayLeave { return 0 }
      }
    }
    return 130
  }

  private func prepare() async {
    await LuaIntrospection(lua).loadModules()
    for file in Plugins(script: nil, environment: settings.environment).files {
      guard let text = TextFile.read(file) else { continue }
      do { _ = try await lua.execute(text, name: file) } catch { show(error) }
    }
    for file in Plugins(.policies, script: nil, environment: settings.environment).files {
      do { try await settings.loadPolicy(file) } catch {
        let diagnostics =
          (error as? any Explainable)?.diagnostics ?? [Diagnostic("plugin_failed", "\(error)")]
        show(diagnostics)
      }
    }
    if let file = settings.initFile, let text = TextFile.read(file) {
      do { _ = try await lua.execute(text, name: file) } catch { show(error) }
    }
    await lines.remember(history.entries)
    if !settings.banner.isEmpty { screen.line(StyledLine(settings.banner, .faint).text(color: screen.color)) }
  }

  /// Whether nothing is lost by leaving, or the person has been told.
  private var mayLeave: Bool {
    let running = progress.running
    guard !running.isEmpty, !hasWarned else { return true }
    hasWarned = true
    say("still running: \(running.map { $0.text(color: false) }.joined(separator: "; "))")
    say("leave again to leave that; kiln.stacks.recover() takes it up later, but not on the embedded cloud")
    return false
  }

  // MARK: Obeying

  enum Next {
    case goOn, leave
  }

  private func obey(_ line: ReplLine) async -> Next {
    switch line {
    case .empty: break
    case .shell(let command): await lend { _ = system(command) }
    case .command(let text):
      do {
        let (command, argument) = try ReplCommand.read(text)
        return try await obey(command, argument)
      } catch {
        show([error])
      }
    case .chunk(let chunk): await evaluate(chunk)
    }
    return .goOn
  }

  /// Gives the terminal to something else meanwhile.
  func lend<T: Sendable>(_ body: @Sendable () -> T) async -> T {
    signals.enter(.lending)
    screen.lend()
    let result = await lines.perform(body)
    screen.takeBack()
    signals.enter(.running)
    return result
  }
}
