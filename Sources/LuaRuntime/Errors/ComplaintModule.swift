internal import CLua
internal import Document

extension LuaModule {
  /// `kiln.native.complaint`: errors of modules written in Lua, placed in the program that called them.
  package static var complaint: LuaModule {
    LuaModule(name: "kiln.native.complaint", summary: "Raises errors at the lines of a program.") {
      Function(
        "raise", "Raises an error with a code, a hint, and its place in a program.",
        [
          LuaParameter("code", .string, "A stable name, such as `unknown_property`."),
          LuaParameter("message", .string),
          LuaParameter("hint", .optional(.string), "What to do."),
          LuaParameter("chunk", .string, "The program's name as Lua has it, with its mark: `@app.lua`."),
          LuaParameter("line", .integer),
          LuaParameter("words", .list(.any), "The names that lead to the mistake in the statement there."),
        ],
        inside: { core, arguments in
          var error = LuaError(
            LuaError.Code(try arguments("code")), try arguments("message"),
            hint: try arguments.optional("hint"))
          let line: Int = try arguments("line")
          let whole = core.place(core.shortName(try arguments("chunk")), line)
          var words: [LuaValue] = []
          if case .list(let list) = arguments["words"] { words = list }
          error.place = StatementText(whole.source, from: line).place(of: words) ?? whole
          throw error
        })
    }
  }
}

/// The names and texts of a statement of Lua: where in it a mistake is.
struct StatementText {
  private struct Word {
    let text: String
    let place: Place
  }

  private static let lineLimit = 400
  private var words: [Word] = []

  /// The statement that begins at a line, up to where its brackets are closed.
  init(_ source: Source, from first: Int) {
    var depth = 0
    let first = max(0, min(first, .max - Self.lineLimit))
    for line in first..<(first + Self.lineLimit) {
      let scalars = Array(source.line(line).unicodeScalars)
      if line > first, depth <= 0, !continues(scalars) { break }
      read(scalars, line, source, &depth)
    }
  }

  /// Where a way of names and indices leads, as far as it can be followed; nil when not even its end is found.
  func place(of way: [LuaValue]) -> Place? {
    var position = 0
    var found: Place?
    var repetition = 1
    for (index, step) in way.enumerated() {
      if let number = step.integer {
        repetition = Int(clamping: number)
        continue
      }
      guard let name = step.string else { return nil }
      let matches = words.indices.filter { $0 >= position && words[$0].text == name }
      guard !matches.isEmpty else { continue }
      let match = matches[min(max(repetition, 1), matches.count) - 1]
      position = match + 1
      repetition = 1
      if index == way.count - 1 { found = words[match].place }
    }
    return found
  }

  private func continues(_ scalars: [Unicode.Scalar]) -> Bool {
    scalars.first { $0 != " " && $0 != "\t" }.map { $0 == ":" || $0 == "." } ?? false
  }

  // MARK: - Reading

  private mutating func read(
    _ scalars: [Unicode.Scalar], _ line: Int, _ source: Source, _ depth: inout Int
  ) {
    var index = 0
    func add(_ range: Range<Int>, to words: inout [Word]) {
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars[range])
      let (start, end) = (
        Position(line: line, column: range.lowerBound + 1), Position(line: line, column: range.upperBound + 1)
      )
      words.append(Word(text: String(text), place: Place(source: source, start: start, end: end)))
    }
    while index < scalars.count {
      let start = index
      let scalar = scalars[index]
      index += 1
      switch scalar {
      case "-" where index < scalars.count && scalars[index] == "-": return
      case "\"", "'":
        while index < scalars.count, scalars[index] != scalar { index += scalars[index] == "\\" ? 2 : 1 }
        add(start + 1..<min(index, scalars.count), to: &words)
        index += 1
      case "(", "{", "[": depth += 1
      case ")", "}", "]": depth -= 1
      case "_", "a"..."z", "A"..."Z":
        while index < scalars.count, isNamePart(scalars[index]) { index += 1 }
        add(start..<index, to: &words)
      default: break
      }
    }
  }

  private func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "_", "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
