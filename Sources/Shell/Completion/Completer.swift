import LuaRuntime

/// Finds what could stand at a cursor in Lua, in a colon command or in a shell command.
package struct Completer: Sendable {
  private let introspection: any Introspection
  private let types: any TypeCatalogue
  private let remote: (any NameSource)?
  private let commands: [KnownName]
  private let files: @Sendable (_ prefix: String) -> [KnownName]

  /// `files` gives the paths that begin with a prefix.
  package init(
    introspection: any Introspection, types: any TypeCatalogue, remote: (any NameSource)? = nil,
    commands: [KnownName] = ReplCommand.known,
    files: @escaping @Sendable (_ prefix: String) -> [KnownName] = { FileNames.matching($0) }
  ) {
    self.introspection = introspection
    self.types = types
    self.remote = remote
    self.commands = commands
    self.files = files
  }

  /// The candidates for the word that ends at the cursor, a byte of the text; sorted.
  package func completion(of text: String, cursor: Int) async -> Completion {
    let context = CompletionContext(String(decoding: text.utf8.prefix(cursor), as: UTF8.self))
    let names = await names(for: context)
    return Completion(context.bytes, Self.matching(names, context.prefix).map(\.candidate))
  }

  /// Those that begin with a prefix, else those that do so without regard to case.
  private static func matching(_ names: [KnownName], _ prefix: String) -> [KnownName] {
    let exact = names.filter { $0.name.hasPrefix(prefix) }
    let lowered = prefix.lowercased()
    let found = exact.isEmpty ? names.filter { $0.name.lowercased().hasPrefix(lowered) } : exact
    var seen: Set<String> = []
    return found.filter { seen.insert($0.name).inserted }.sorted { $0.name < $1.name }
  }

  /// The candidates at the end of a line for other programs: the whole word, a tab and what it is.
  package func lines(for line: String) async -> [String] {
    await completion(of: line, cursor: line.utf8.count).candidates.map { candidate in
      let words = [candidate.kind, candidate.summary].filter { !$0.isEmpty }.joined(separator: ": ")
      return words.isEmpty ? candidate.text : "\(candidate.text)\t\(words)"
    }
  }

  private func names(for context: CompletionContext) async -> [KnownName] {
    switch context.subject {
    case .command: return commands
    case .argument(let command): return await arguments(of: command, context.prefix)
    case .global(let locals): return await globals(locals, context.prefix)
    case .field(let path, let isMethod):
      let wanted: Set<KnownName.Kind> = [.method, .function]
      return await introspection.names(of: path).filter {
        isMethod ? wanted.contains($0.kind) : $0.kind != .method && $0.name.isLuaName
      }
    case .key(let path): return await introspection.names(of: path)
    case .property(let type, let path):
      let properties = types.properties(of: type, in: path)
      return properties.isEmpty && context.prefix.isEmpty
        ? [] : properties + (properties.isEmpty ? await globals([], context.prefix) : [])
    case .propertyValue(let type, let path):
      let values = types.values(of: type, in: path).map { KnownName($0, .value) }
      guard values.isEmpty, let property = path.last else { return values }
      return await remote?.names(forProperty: property).map { KnownName($0, .value) } ?? []
    case .argumentText(let argument):
      guard let names = await remote?.names(for: argument) else { return texts(context.prefix) }
      return names.map { KnownName($0, .value) }
    case .type: return typeNames
    case .text: return texts(context.prefix)
    case .shell: return files(context.prefix)
    case .nothing: return []
    }
  }

  private func globals(_ locals: [String], _ prefix: String) async -> [KnownName] {
    let globals = await introspection.names(of: [])
    // Keywords among many globals only once something is written of them.
    let keywords = prefix.isEmpty ? [] : LuaToken.keywords.map { KnownName($0, .keyword) }
    return locals.map { KnownName($0, .local) } + globals + keywords
  }

  private func arguments(of command: String, _ prefix: String) async -> [KnownName] {
    switch ReplCommand.argument(of: command) {
    case .value:
      if prefix.contains("::") { return typeNames }
      let parts = prefix.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
      let path = Array(parts.dropLast())
      let names = await introspection.names(of: path)
      return names.map { name in
        KnownName((path + [name.name]).joined(separator: "."), name.kind, name.summary)
      } + (path.isEmpty ? typeNames : [])
    case .file: return files(prefix)
    case .chunk:
      // The chunk is Lua, whose own words end where the prefix ends.
      let context = CompletionContext(prefix)
      let start = String(decoding: prefix.utf8.prefix(context.bytes.lowerBound), as: UTF8.self)
      return await names(for: context).map { KnownName(start + $0.name, $0.kind, $0.summary) }
    case .choice(let choices): return choices.map { KnownName($0, .value) }
    case .none: return []
    }
  }

  private var typeNames: [KnownName] { types.typeNames.map { KnownName($0, .type) } }

  /// Types if a string looks like the start of one, else files.
  private func texts(_ prefix: String) -> [KnownName] {
    let matching = prefix.count > 1 ? typeNames.filter { $0.name.hasPrefix(prefix) } : []
    return matching.isEmpty ? files(prefix) : matching
  }
}

// MARK: - Explaining

extension Completer {
  /// What is known about the name at the cursor, or about the function whose arguments are being written.
  package func explanation(of text: String, cursor: Int) async -> [String] {
    let lua = LuaText(text)
    for path in lua.paths(around: cursor) {
      if let found = await explanation(of: path) { return found }
    }
    return []
  }

  /// What is known about a value, by its path, or about a resource type.
  package func explanation(of path: [String]) async -> [String]? {
    if let only = path.first, path.count == 1, only.contains("::") { return explanation(ofType: only) }
    return await introspection.documentation(of: path).map { $0.text.split(separator: "\n").map(String.init) }
  }

  private func explanation(ofType type: String) -> [String]? {
    guard types.typeNames.contains(type) else { return nil }
    let properties = types.properties(of: type, in: [])
    let width = min(32, properties.map(\.name.count).max() ?? 0)
    let attributes = types.attributes(of: type)
    return [type]
      + properties.map { property in
        let padding = String(repeating: " ", count: max(0, width - property.name.count))
        return "  \(property.name)\(padding)  \(property.summary)"
      }
      + (attributes.isEmpty ? [] : ["  attributes: " + attributes.joined(separator: ", ")])
  }
}

extension LuaText {
  /// The paths of names that end at a cursor, and those of the functions whose parentheses are open there.
  fileprivate func paths(around cursor: Int) -> [[String]] {
    var paths: [[String]] = []
    var closed = 0
    for (index, token) in tokens.enumerated().reversed() where token.bytes.lowerBound < max(1, cursor) {
      let isAtCursor = token.bytes.upperBound >= cursor
      switch word(token) {
      case ")": if !isAtCursor { closed += 1 }
      case "(":
        if closed > 0 { closed -= 1 } else { paths.append(path(endingBefore: index)) }
      default:
        if isAtCursor, case .string(_, let content) = token.kind, self[content].contains("::") {
          paths.append([self[content]])
        }
        if isAtCursor, token.kind == .name { paths.append(path(endingBefore: index + 1)) }
      }
    }
    return paths.filter { !$0.isEmpty }
  }

  private func path(endingBefore index: Int) -> [String] {
    var path: [String] = []
    var index = index - 1
    while index >= 0, tokens[index].kind == .name {
      path.insert(word(tokens[index]), at: 0)
      guard index > 0, [".", ":"].contains(word(tokens[index - 1])) else { break }
      index -= 2
    }
    return path
  }
}

extension KnownName {
  fileprivate var candidate: Completion.Candidate {
    Completion.Candidate(name, label: signature ?? name, kind: kind.rawValue, summary: summary)
  }
}

extension String {
  /// Whether this could be a name in Lua.
  var isLuaName: Bool {
    guard let first = unicodeScalars.first, first == "_" || first.properties.isAlphabetic else {
      return false
    }
    return !LuaToken.keywords.contains(self)
      && utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
      }
  }
}
