import Document

/// What `:help` says when it isn't asked about anything in particular.
enum HelpText {
  static func overview(_ modules: [Completion.Candidate]) -> [StyledLine] {
    [StyledLine("Lua 5.4 with stacks: what you type is run, and what it gives is shown.")]
      + section("Modules", modules.map { ("kiln.\($0.text)", $0.summary) })
      + section("Commands", ReplCommand.allCases.map { ($0.usage, $0.summary) } + [shell])
      + section("Keys", keys) + section("Results", results)
  }

  private static let shell = ("!COMMAND", "runs a command of the shell")

  private static let keys = [
    ("Tab", "completes, then lists what fits; Tab again chooses"),
    ("F1, Alt-h", "explains what the cursor is on"),
    ("Enter", "runs the text once it is complete; Alt-Enter always makes a new line"),
    ("Up, Down", "go through earlier texts that begin as this one; Ctrl-R searches"),
    ("Ctrl-X Ctrl-E", "opens the text in your editor"),
    ("Ctrl-C", "stops what runs, or clears what you write; Ctrl-D leaves"),
  ]

  private static let results = [
    ("_, _1 … _9", "the last results, the newest first; _err is the last error"),
    ("CHUNK ;", "doesn't show the result"),
    ("CHUNK |> COMMAND", "gives the result to a command of the shell"),
  ]

  private static func section(_ title: String, _ rows: [(String, String)]) -> [StyledLine] {
    let width = rows.map(\.0.displayWidth).max() ?? 0
    return [StyledLine(), StyledLine(title, .strong)]
      + rows.map { name, summary in
        var line = StyledLine("  ")
        line.append(name, .number, padding: width + 2)
        line.append(summary)
        return line
      }
  }
}
