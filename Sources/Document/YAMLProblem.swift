import CYaml

/// What libyaml says about a text that it can't read, in words that tell what to do.
struct YAMLProblem {
  private let source: Source
  private let problem: String
  private let context: String?
  private let position: Position
  private let contextPosition: Position

  init(_ source: Source, _ parser: yaml_parser_t) {
    self.source = source
    problem = parser.problem.map { String(cString: $0) } ?? "the text can't be read"
    context = parser.context.map { String(cString: $0) }
    if parser.error == YAML_READER_ERROR {
      position = source.position(ofByte: min(parser.problem_offset, source.text.utf8.count))
    } else {
      position = parser.problem_mark.position
    }
    contextPosition = parser.context_mark.position
  }

  var diagnostic: Diagnostic {
    let (message, hint) = explained
    var notes: [Diagnostic.Note] = []
    if let context, contextPosition.line != position.line {
      notes = [Diagnostic.Note(context, at: place(contextPosition))]
    }
    return Diagnostic("invalid_yaml", message, at: place(position), hint: hint, notes: notes)
  }

  private func place(_ position: Position) -> Place {
    let end = Position(line: position.line, column: position.column + 1)
    return Place(source: source, start: position, end: end)
  }

  private var explained: (message: String, hint: String?) {
    switch problem {
    case "found character that cannot start any token":
      let character = source.line(position.line).unicodeScalars.dropFirst(position.column - 1).first
      if character == "\t" {
        return ("a tab can't indent in YAML", "indent with spaces")
      }
      return ("a value can't start with `\(character.map(String.init) ?? "")`", "put it in quotes")
    case "found a tab character that violates indentation",
      "found a tab character where an indentation space is expected":
      return ("a tab can't indent in YAML", "indent with spaces")
    case "mapping values are not allowed in this context":
      return ("a `:` can't stand here", "check the indentation, or put a text that has `: ` in it in quotes")
    case "did not find expected key":
      return (
        "expected a key here",
        "check the indentation: a key lines up with the other keys of its map"
      )
    case "did not find expected '-' indicator":
      return ("expected `-` here", "items of a list line up below each other")
    case "could not find expected ':'":
      return ("expected `:` after the key", "a key is followed by a colon and a space")
    case "did not find expected ',' or ']'": return ("expected `,` or `]`", nil)
    case "did not find expected ',' or '}'": return ("expected `,` or `}`", nil)
    case "found unexpected end of stream" where context?.contains("quoted scalar") == true:
      return ("the quoted text has no closing quote", nil)
    case "did not find expected <document start>":
      return ("this stands outside of the document", "check the indentation")
    default: return (problem, nil)
    }
  }
}
