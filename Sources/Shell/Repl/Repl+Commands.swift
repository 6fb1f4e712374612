import Document
import LuaRuntime

extension Repl {
  func obey(_ command: ReplCommand, _ argument: String) async throws(Diagnostic) -> Next {
    switch command {
    case .quit: return .leave
    case .clear: screen.clear()
    case .help: await help(argument)
    case .time: await time(argument)
    case .http: try showRequests(argument)
    case .record: record(to: argument)
    case .jobs: showJobs()
    case .trace: showTrace()
    case .locals: await showLocals()
    case .save:
      guard !argument.isEmpty else { throw Diagnostic("no_file", "name a file: \(command.usage)") }
      do { try await save(to: argument) } catch let error as LuaError { show(error) } catch {
        throw Diagnostic("not_saved", "the result can't be saved: \(error)")
      }
    }
    return .goOn
  }

  // MARK: Help

  private func help(_ topic: String) async {
    guard !topic.isEmpty else { return await present(HelpText.overview(await modules)) }
    let path = topic.split { ".:".contains($0) }.map(String.init)
    let isType = topic.contains("::")
    guard let lines = await completer.explanation(of: isType ? [topic] : path) else {
      let near = await nearest(to: topic, path)
      return show([
        Diagnostic("no_help", "there is no help on \(topic)", hint: near.map { "did you mean \($0)?" })
      ])
    }
    var first = true
    await present(
      lines.map { line in
        defer { first = false }
        return StyledLine(line.harmless, first ? .strong : nil)
      })
  }

  private func nearest(to topic: String, _ path: [String]) async -> String? {
    let line = topic.contains("::") ? ":help A" : ":help " + path.dropLast().map { $0 + "." }.joined()
    let candidates = await completer.completion(of: line, cursor: line.utf8.count).candidates
    return Document.nearest(to: topic, among: candidates.map(\.text))
  }

  private var modules: [Completion.Candidate] {
    get async {
      let line = "kiln."
      return await completer.completion(of: line, cursor: line.utf8.count).candidates
        .filter { $0.kind == KnownName.Kind.table.rawValue }
    }
  }

  // MARK: Time, recording

  private func time(_ chunk: String) async {
    guard chunk.isEmpty else {
      if let values = await run(chunk, showingTime: true) { try? await show(values) }
      return
    }
    showsTime.toggle()
    say(showsTime ? "each chunk's time is shown" : "only times above a second are shown")
  }

  private func showRequests(_ argument: String) throws(Diagnostic) {
    // Alone it turns them on, or off again.
    let level = argument.isEmpty ? (settings.requestLevel() == "off" ? "on" : "off") : argument
    guard case .choice(let choices) = ReplCommand.http.argument, choices.contains(level) else {
      throw Diagnostic(
        "unknown_choice", "requests can't be shown \(level)", hint: "write \(ReplCommand.http.usage)")
    }
    settings.showRequests(level)
    say(level == "off" ? "requests are no longer shown" : "requests are shown, secrets masked")
  }

  private func record(to file: String) {
    if file.isEmpty {
      say(recording.map { "stopped recording to \($0)" } ?? "nothing is being recorded")
      recording = nil
      return
    }
    let path = FileNames.expanded(file)
    guard TextFile.write("", to: path, appending: true) else { return show([.unwritable(file)]) }
    recording = path
    say("recording to \(file); :record alone stops it")
  }

  // MARK: Jobs and errors

  private func showJobs() {
    let running = progress.running
    if running.isEmpty { return say("nothing runs") }
    for line in running { screen.line(line.text(color: screen.color)) }
  }

  private func showTrace() {
    guard let failure else { return say("there was no error yet") }
    for diagnostic in failure.diagnostics { screen.line(diagnostic.message.harmless) }
    for frame in failure.frames { screen.line("  \(frame)".harmless) }
    if failure.frames.isEmpty { say("nothing is known of the calls") }
  }

  private func showLocals() async {
    guard let failure else { return say("there was no error yet") }
    guard let frame = failure.frames.first(where: { $0.line != nil && !$0.locals.isEmpty }) else {
      return say("there were no local variables")
    }
    say("\(frame)")
    for local in frame.locals {
      var reader = ValueReader(lua)
      let shown = (try? await reader.read(local.value)) ?? .text("?", nil)
      let head = StyledLine("  \(local.name) = ")
      let lines = shown.lines(fitting: screen.size.columns - 5)
      for (index, line) in lines.enumerated() {
        screen.line(((index == 0 ? head : StyledLine("  ")) + line).text(color: screen.color))
      }
    }
  }
}
