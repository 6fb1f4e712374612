import Document
import Glibc
import LuaRuntime

extension Repl {
  /// Says something in faint letters.
  func say(_ text: String) { screen.line(StyledLine(text, .faint).text(color: screen.color)) }

  func show(_ diagnostics: [Diagnostic]) {
    for diagnostic in diagnostics { screen.line(diagnostic.rendered(color: screen.color)) }
  }

  func show(_ error: LuaError) {
    show(error.diagnostics)
    if error.frames.count(where: { $0.line != nil }) > 1 {
      say(":trace shows the calls, :locals the variables")
    }
  }

  // MARK: Results

  func show(_ values: [LuaValue]) async throws {
    guard !values.isEmpty else { return }
    if settings.isJSON {
      for value in values { screen.line(try await lua.data(value).jsonText()) }
      return
    }
    await present(try await styled(values, fitting: screen.size.columns - 1))
  }

  private func styled(
    _ values: [LuaValue], fitting columns: Int, _ limits: ValueReader.Limits = ValueReader.Limits()
  ) async throws -> [StyledLine] {
    var lines: [StyledLine] = []
    for value in values {
      if let text = try await longText(of: value) {
        lines += text.split(separator: "\n", omittingEmptySubsequences: false)
          .map { StyledLine(String($0).harmless) }
      } else {
        var reader = ValueReader(lua, limits: limits)
        lines += try await reader.read(value).lines(fitting: columns)
      }
    }
    return lines
  }

  /// The text of a string or an object that has several lines, which is shown as it is.
  private func longText(of value: LuaValue) async throws -> String? {
    let text: String? = if case .object = value { try await lua.text(of: value) } else { value.string }
    return text.flatMap { $0.contains("\n") ? $0 : nil }
  }

  /// Writes lines, through a pager when they are more than the terminal holds.
  func present(_ lines: [StyledLine]) async {
    let text = lines.map { $0.text(color: screen.color) + "\n" }.joined()
    guard screen.isLive, lines.count > screen.size.rows - 2 else { return screen.write(text) }
    let pager = settings.environment["PAGER"].flatMap { $0.isEmpty ? nil : $0 } ?? "less -R"
    await lend { feed(text, to: pager) }
  }

  // MARK: Elsewhere

  /// Gives results to a shell command.
  func send(_ values: [LuaValue], to command: String) async throws {
    guard !command.isEmpty else {
      return show([Diagnostic("no_command", "|> needs a shell command", hint: "such as: _ |> sort")])
    }
    let text = try await text(of: values)
    await lend { feed(text, to: command) }
  }

  /// Results as a text for programs: strings as they are, others without colours and uncut.
  private func text(of values: [LuaValue]) async throws -> String {
    var lines: [String] = []
    for value in values {
      if let text = value.string {
        lines.append(text)
      } else if settings.isJSON {
        lines.append(try await lua.data(value).jsonText(indent: 2))
      } else {
        var limits = ValueReader.Limits()
        (limits.depth, limits.entries, limits.innerEntries, limits.total) = (100, 100_000, 100_000, 1_000_000)
        lines += try await styled([value], fitting: 110, limits).map { $0.text(color: false) }
      }
    }
    return lines.map { $0.hasSuffix("\n") ? $0 : $0 + "\n" }.joined()
  }

  /// Writes the last result to a file, in the form that its name asks for.
  func save(to path: String) async throws {
    guard let value = results.first else {
      return show([Diagnostic("no_result", "there is no result to save yet")])
    }
    let file = FileNames.expanded(path)
    let text: String =
      if path.hasSuffix(".json") {
        try await lua.data(value).jsonText(indent: 2) + "\n"
      } else if path.hasSuffix(".yaml") || path.hasSuffix(".yml") {
        try await lua.data(value).yamlText()
      } else {
        try await text(of: [value])
      }
    guard TextFile.write(text, to: file) else { return show([.unwritable(path)]) }
    say("saved \(path)")
  }
}

/// Runs a shell command with a text as its input; what it doesn't read is lost.
private func feed(_ text: String, to command: String) {
  guard let pipe = popen(command, "w") else { return }
  var text = text
  text.withUTF8 { _ = fwrite($0.baseAddress, 1, $0.count, pipe) }
  pclose(pipe)
}
