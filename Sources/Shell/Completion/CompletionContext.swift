/// What the text before a cursor asks for.
package struct CompletionContext: Sendable, Hashable {
  package enum Subject: Sendable, Hashable {
    /// A colon command.
    case command
    /// The argument of a colon command.
    case argument(command: String)
    /// A global name or a keyword; `locals` are those that the text itself declares.
    case global(locals: [String])
    /// A field, or a method after a colon.
    case field(path: [String], isMethod: Bool)
    /// A key in brackets and quotes.
    case key(path: [String])
    /// A property of a resource, in the table that is its constructor's last argument or nested in it.
    case property(type: String, path: [String])
    /// The value of such a property, in quotes.
    case propertyValue(type: String, path: [String])
    /// The name of a resource type.
    case type
    /// An argument of a call, in quotes.
    case argumentText(CallArgument)
    /// Any other string: a file, or a type.
    case text
    /// A word of a shell command.
    case shell
    case nothing
  }

  package let subject: Subject
  /// What is written already of the word that is asked for.
  package let prefix: String
  /// The bytes of the prefix.
  package let bytes: Range<Int>

  /// - Parameter text: The text up to the cursor.
  package init(_ text: String) {
    let end = text.utf8.count
    if let found = Self.command(text) {
      (subject, prefix) = found
    } else {
      let reader = ContextReader(LuaText(text), end)
      (subject, prefix) = reader.context
    }
    bytes = end - prefix.utf8.count..<end
  }

  private static func command(_ text: String) -> (Subject, String)? {
    let line = text.drop { $0 == " " }
    if line.hasPrefix("!") {
      let words = line.dropFirst().split(separator: " ", omittingEmptySubsequences: false)
      return (.shell, String(words.last ?? ""))
    }
    guard line.hasPrefix(":"), !line.hasPrefix("::") else { return nil }
    guard let space = line.firstIndex(of: " ") else { return (.command, String(line)) }
    let argument = line[space...].drop { $0 == " " }
    return (.argument(command: String(line[..<space].dropFirst())), String(argument))
  }
}

/// Reads tokens backwards from the cursor.
private struct ContextReader {
  private let text: LuaText
  private let tokens: ArraySlice<LuaToken>
  private let end: Int

  init(_ text: LuaText, _ end: Int) {
    self.text = text
    self.end = end
    tokens = text.tokens[...]
  }

  private func word(_ token: LuaToken?) -> String? { token.map { text.word($0) } }

  var context: (CompletionContext.Subject, String) {
    guard let last = tokens.last, last.bytes.upperBound == end else { return (open(tokens), "") }
    switch last.kind {
    case .comment: return (.nothing, "")
    case .number: return (.nothing, "")
    case .string(isClosed: true, _): return (.nothing, "")
    case .string(isClosed: false, let content): return (quoted(tokens.dropLast()), text[content])
    case .name, .keyword: return (open(tokens.dropLast()), text.word(last))
    case .symbol: return (open(tokens), "")
    }
  }

  /// What may stand after some tokens, outside of quotes.
  private func open(_ before: ArraySlice<LuaToken>) -> CompletionContext.Subject {
    let separator = word(before.last)
    if separator == "." || separator == ":" {
      guard let path = path(before.dropLast()) else { return .nothing }
      return .field(path: path, isMethod: separator == ":")
    }
    if ["{", ",", ";"].contains(separator), let (type, path) = constructor(before) {
      return .property(type: type, path: path)
    }
    let locals = locals(before)
    // The name that is being declared is new.
    if separator == "local" || separator == "function" || separator == "goto" { return .nothing }
    return .global(locals: locals)
  }

  private func quoted(_ before: ArraySlice<LuaToken>) -> CompletionContext.Subject {
    let last = word(before.last)
    if last == "[", let path = path(before.dropLast()) { return .key(path: path) }
    if last == "=", let name = before.dropLast().last, name.kind == .name,
      let (type, path) = constructor(before.dropLast(2))
    {
      return .propertyValue(type: type, path: path + [text.word(name)])
    }
    let call = before.suffix(4)
    if call.count == 4, last == ",", word(call.first) == "resource" { return .type }
    return argument(before).map { .argumentText($0) } ?? .text
  }

  /// The call whose argument begins after some tokens, or whose table gets a field there.
  private func argument(_ before: ArraySlice<LuaToken>) -> CallArgument? {
    var rest = before
    var field: String?
    if word(rest.last) == "=", let name = rest.dropLast().last, name.kind == .name {
      field = text.word(name)
      rest = rest.dropLast(2)
      guard let table = openings(in: rest).last, text.word(rest[table]) == "{" else { return nil }
      rest = rest[..<table]
    } else if ["{", ";"].contains(word(rest.last)) {
      return nil
    }
    // `f "text"` and `f { … }` need no parentheses.
    if rest.last?.kind == .name { return path(rest).map { CallArgument(path: $0, index: 0, field: field) } }
    guard ["(", ","].contains(word(rest.last)), let open = openings(in: rest).last,
      text.word(rest[open]) == "(", rest[..<open].last?.kind == .name, let path = path(rest[..<open])
    else { return nil }
    return CallArgument(path: path, index: commas(in: rest[rest.index(after: open)...]), field: field)
  }

  /// The brackets that are open at the end of some tokens, the innermost last.
  private func openings(in tokens: ArraySlice<LuaToken>) -> [ArraySlice<LuaToken>.Index] {
    var open: [ArraySlice<LuaToken>.Index] = []
    for index in tokens.indices where tokens[index].kind == .symbol {
      switch text.word(tokens[index]) {
      case "{", "(", "[": open.append(index)
      case "}", ")", "]": _ = open.popLast()
      default: break
      }
    }
    return open
  }

  /// How many commas there are outside of brackets.
  private func commas(in tokens: ArraySlice<LuaToken>) -> Int {
    var (depth, count) = (0, 0)
    for token in tokens where token.kind == .symbol {
      switch text.word(token) {
      case "{", "(", "[": depth += 1
      case "}", ")", "]": depth -= 1
      case "," where depth == 0: count += 1
      default: break
      }
    }
    return count
  }

  /// The names that lead to the value before a dot, a colon or a bracket: `a.b["c"]`.
  private func path(_ tokens: ArraySlice<LuaToken>) -> [String]? {
    var rest = tokens
    var path: [String] = []
    while let last = rest.popLast() {
      if last.kind == .name {
        path.insert(text.word(last), at: 0)
      } else if text.word(last) == "]", let key = rest.popLast(), case .string(true, let content) = key.kind,
        text.word(rest.popLast() ?? key) == "["
      {
        path.insert(text[content], at: 0)
        continue
      } else {
        return nil
      }
      guard let separator = word(rest.last), separator == "." || separator == ":" else { return path }
      rest.removeLast()
    }
    return nil
  }

  /// The type and the path of property names, when the innermost open table is one of a resource's.
  private func constructor(_ before: ArraySlice<LuaToken>) -> (type: String, path: [String])? {
    var path: [String] = []
    for index in openings(in: before).reversed() {
      guard text.word(before[index]) == "{" else { return nil }
      let outside = before[..<index]
      switch word(outside.last) {
      case "=":
        guard let name = outside.dropLast().last, name.kind == .name else { return nil }
        path.insert(text.word(name), at: 0)
      case ",":
        guard case .string(true, let content) = outside.dropLast().last?.kind else { continue }
        let name = text[content]
        if name.contains("::") { return (name, path) }
      case "{": continue
      default: return nil
      }
    }
    return nil
  }

  /// The names that `local` and parameter lists declare.
  private func locals(_ before: ArraySlice<LuaToken>) -> [String] {
    var names: [String] = []
    var isDeclaring = false
    for (index, token) in before.enumerated() {
      let word = text.word(token)
      switch token.kind {
      case .keyword:
        isDeclaring = word == "local" || word == "for"
        // After `function` come a name and its parameters, up to the closing parenthesis.
        if word == "function" { names += parameters(before.dropFirst(index + 1)) }
      case .name: if isDeclaring, !names.contains(word) { names.append(word) }
      case .symbol: if word != ",", word != "<", word != ">" { isDeclaring = false }
      default: isDeclaring = false
      }
    }
    return names
  }

  private func parameters(_ tokens: ArraySlice<LuaToken>) -> [String] {
    let inside = tokens.drop { text.word($0) != "(" }.dropFirst().prefix { text.word($0) != ")" }
    return inside.filter { $0.kind == .name }.map { text.word($0) }
  }
}
