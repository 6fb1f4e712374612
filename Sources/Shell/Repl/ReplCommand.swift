package import Document

/// A command of the shell's own, which begins with a colon: no statement of Lua does.
package enum ReplCommand: String, Sendable, CaseIterable {
  case help, time, http, save, record, jobs, trace, locals, clear, quit

  /// What a command is given.
  package enum Argument: Sendable {
    case none, value, file, chunk
    case choice([String])
  }

  package var argument: Argument {
    switch self {
    case .help: .value
    case .time: .chunk
    case .http: .choice(["on", "off", "full"])
    case .save, .record: .file
    case .jobs, .trace, .locals, .clear, .quit: .none
    }
  }

  package var usage: String {
    switch self {
    case .help: ":help [VALUE or TYPE]"
    case .time: ":time [CHUNK]"
    case .http: ":http [on | off | full]"
    case .save: ":save FILE"
    case .record: ":record [FILE]"
    case .jobs, .trace, .locals, .clear, .quit: ":\(rawValue)"
    }
  }

  package var summary: String {
    switch self {
    case .help: "explains a function, a module, an object or a resource type"
    case .time: "times a chunk; alone, times each from now on, or no more"
    case .http: "shows the requests to clouds that each line makes, secrets masked; full shows bodies too"
    case .save: "writes the last result to a file: .json, .yaml or text"
    case .record: "adds each chunk that succeeds to a script; alone, stops that"
    case .jobs: "lists the operations that run"
    case .trace: "shows the calls that led to the last error"
    case .locals: "shows the local variables where the last error was raised"
    case .clear: "clears the screen"
    case .quit: "leaves, as Ctrl-D does"
    }
  }

  /// Reads a line that begins with a colon.
  ///
  /// - Throws: `Diagnostic`, with the nearest command, when there is none of that name.
  package static func read(_ line: String) throws(Diagnostic) -> (command: ReplCommand, argument: String) {
    let words = line.dropFirst().split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
    let name = words.first.map(String.init) ?? ""
    let argument = words.count > 1 ? words[1].drop { $0 == " " } : ""
    if let command = ReplCommand(rawValue: name) ?? abbreviated(name) {
      return (command, String(argument.reversed().drop { $0.isWhitespace }.reversed()))
    }
    let near = nearest(to: name, among: allCases.map(\.rawValue))
    throw Diagnostic(
      "unknown_command", "there is no command :\(name)",
      hint: near.map { "did you mean :\($0)?" } ?? ":help lists the commands")
  }

  /// The only command that begins so.
  private static func abbreviated(_ name: String) -> ReplCommand? {
    let matches = allCases.filter { !name.isEmpty && $0.rawValue.hasPrefix(name) }
    return matches.count == 1 ? matches.first : nil
  }

  // MARK: For completion

  package static var known: [KnownName] {
    allCases.map { KnownName(":\($0.rawValue)", .command, $0.summary, signature: $0.usage) }
  }

  package static func argument(of name: String) -> Argument {
    (ReplCommand(rawValue: name) ?? abbreviated(name))?.argument ?? .none
  }
}
