/// Reads a YAML text as it is written, comments and styles included.
///
/// libyaml drops comments; they are what it leaves between its events. A comment behind a value belongs to
/// it, one on its own line to what follows, or to the end of the list or map that it is indented like.
struct YAMLTreeReader: ~Copyable {
  /// A list or map that isn't at its end yet.
  private struct Collection {
    let id: Int
    var column: Int
    let isFlow: Bool
  }

  private var events: YAMLEvents
  private var scanner: CommentScanner
  /// The remarks of each value, by the number it has in the order of reading.
  private var remarks: [YAMLTree.Remarks] = []
  private var open: [Collection] = []
  /// Those that ended since the last member began, the innermost first.
  private var closed: [Collection] = []
  /// Comments on lines of their own that don't belong to a value yet.
  private var pending: [YAMLComment] = []
  /// The last member that began, and on which line.
  private var started: (id: Int, line: Int)?
  /// The last value that came to its end on its line.
  private var completed: (id: Int, line: Int)?
  private var brokenFlows: Set<Int> = []
  private var lastLine = 0

  private init(_ source: Source, _ bytes: UnsafeBufferPointer<UInt8>) {
    events = YAMLEvents(source, bytes)
    scanner = CommentScanner(bytes)
  }

  static func read(_ source: Source) throws(Diagnostics) -> YAMLTree {
    var text = source.text
    let result = text.withUTF8 { (bytes) -> Result<YAMLTree, Diagnostics> in
      var reader = YAMLTreeReader(source, bytes)
      return reader.document()
    }
    return try result.get()
  }

  private mutating func document() -> Result<YAMLTree, Diagnostics> {
    do throws(Diagnostic) {
      var isMarked = false
      var event = try events.next()
      while event.kind == .other {
        isMarked = isMarked || event.style == .marked
        event = try events.next()
      }
      collect(to: event.place.start)
      let id = begin(event.place.start, column: 0)
      var tree = try value(event, id)
      while event.kind != .end { event = try events.next() }
      collect(to: Position(line: .max, column: 1))
      remarks[id].ending += settle(column: 0)
      var next = 0
      attachRemarks(&tree, &next)
      tree.isMarked = isMarked
      return .success(tree)
    } catch {
      return .failure(Diagnostics(error))
    }
  }

  // MARK: - Values

  private mutating func value(_ event: YAMLEvent, _ id: Int) throws(Diagnostic) -> YAMLTree {
    var tree: YAMLTree
    switch event.kind {
    case .scalar:
      tree = YAMLTree(.scalar(scalar(event, id)))
      completed = (id, event.place.end.line)
    case .alias:
      scanner.skip(to: event.place.end)
      completed = (id, event.place.end.line)
      return YAMLTree(.alias(event.anchor ?? ""))
    case .listStart: tree = YAMLTree(try list(event, id))
    case .mapStart: tree = YAMLTree(try map(event, id))
    case .listEnd, .mapEnd, .other, .end:
      throw Diagnostic("invalid_yaml", "expected a value", at: event.place)
    }
    tree.tag = Self.writtenTag(event.tag)
    tree.anchor = event.anchor
    tree.isFlow = event.style == .flow
    return tree
  }

  private mutating func scalar(_ event: YAMLEvent, _ id: Int) -> YAMLTree.Scalar {
    for comment in scanner.skipProperties(before: event.place.end) { take(comment) }
    switch event.style {
    case .literal, .folded:
      if let comment = scanner.skipBlockHeader() { remarks[id].addTrailing(comment.text) }
      let block = YAMLBlock(lines: scanner.lines(to: event.place.end), of: event)
      if event.text.needsEscapes { return YAMLTree.Scalar(event.text) }
      return YAMLTree.Scalar(event.text, .block(header: block.header, lines: block.lines))
    default:
      scanner.skip(to: event.place.end)
      let isPlain = event.isPlain && !event.text.utf8.contains(0x0A) && !event.text.needsEscapes
      return YAMLTree.Scalar(event.text, isPlain ? .plain : .text)
    }
  }

  private mutating func list(_ event: YAMLEvent, _ id: Int) throws(Diagnostic) -> YAMLTree.Content {
    try enter(event, id)
    var items: [YAMLTree] = []
    while true {
      let next = try events.next()
      collect(to: next.place.start)
      if next.kind == .listEnd {
        leave(next, id)
        return .list(items)
      }
      // With a tag or an anchor the list's start isn't that of its first dash.
      if items.isEmpty, event.tag != nil || event.anchor != nil {
        open[open.count - 1].column = max(1, next.place.start.column - 2)
      }
      let item = begin(next.place.start, column: memberColumn)
      items.append(try value(next, item))
    }
  }

  private mutating func map(_ event: YAMLEvent, _ id: Int) throws(Diagnostic) -> YAMLTree.Content {
    try enter(event, id)
    var members: [YAMLTree.Member] = []
    while true {
      let next = try events.next()
      collect(to: next.place.start)
      if next.kind == .mapEnd {
        leave(next, id)
        return .map(members)
      }
      guard next.kind == .scalar else {
        throw Diagnostic("invalid_key", "a key must be a text", at: next.place)
      }
      if members.isEmpty { open[open.count - 1].column = next.place.start.column }
      let member = begin(next.place.start, column: memberColumn)
      let key = scalar(next, member)
      let event = try events.next()
      collect(to: event.place.start)
      members.append(YAMLTree.Member(key: key, value: try value(event, member)))
    }
  }

  private mutating func enter(_ event: YAMLEvent, _ id: Int) throws(Diagnostic) {
    open.append(Collection(id: id, column: event.place.start.column, isFlow: event.style == .flow))
    guard open.count > DocumentReader.depthLimit else { return }
    throw Diagnostic(
      "too_deep", "more than \(DocumentReader.depthLimit) lists and maps stand inside each other",
      at: event.place)
  }

  private mutating func leave(_ event: YAMLEvent, _ id: Int) {
    guard let collection = open.popLast() else { return }
    guard collection.isFlow else { return closed.append(collection) }
    remarks[id].ending += settle(column: .max)
    scanner.skip(to: event.place.end)
    completed = (id, event.place.end.line)
  }

  /// The tag as it is written: `!Ref`, `!!str`, `!`.
  private static func writtenTag(_ tag: String?) -> String? {
    guard let tag else { return nil }
    let standard = "tag:yaml.org,2002:"
    if tag.hasPrefix(standard) { return "!!" + tag.dropFirst(standard.utf8.count) }
    return tag.hasPrefix("!") ? tag : "!<\(tag)>"
  }

  // MARK: - Remarks

  private var memberColumn: Int { open.last.map { $0.isFlow ? .max : $0.column } ?? 0 }

  /// Begins a member of the innermost list or map; the comments before it find their owners.
  private mutating func begin(_ start: Position, column: Int) -> Int {
    let id = remarks.count
    remarks.append(YAMLTree.Remarks())
    let isFirstOnLine = start.line > lastLine
    lastLine = start.line
    remarks[id].before = settle(column: column)
    if isFirstOnLine, scanner.followsBlankLine { remarks[id].before.append("") }
    started = (id, start.line)
    completed = nil
    return id
  }

  private mutating func collect(to position: Position) {
    for comment in scanner.scan(to: position) { take(comment) }
  }

  private mutating func take(_ comment: YAMLComment) {
    for collection in open where collection.isFlow { brokenFlows.insert(collection.id) }
    let line = comment.start.line
    if comment.isTrailing, let owner = completed ?? started, owner.line == line {
      remarks[owner.id].addTrailing(comment.text)
    } else {
      pending.append(comment)
    }
  }

  /// Gives the comments that stand before a member to the ended lists and maps that they are indented like;
  /// the rest is returned.
  ///
  /// Once one belongs to the member, so do all after it: comments keep their order.
  private mutating func settle(column: Int) -> [String] {
    var level = closed.startIndex
    var rest: [String] = []
    for comment in pending {
      let lines = (comment.followsBlankLine ? [""] : []) + [comment.text]
      while level < closed.count, closed[level].column > comment.start.column { level += 1 }
      if rest.isEmpty, level < closed.count, closed[level].column > column {
        remarks[closed[level].id].ending += lines
      } else {
        rest += lines
      }
    }
    (pending, closed) = ([], [])
    return rest
  }

  /// Puts the remarks into the tree, whose values stand in the order in which they were numbered.
  private func attachRemarks(_ tree: inout YAMLTree, _ next: inout Int) {
    tree.remarks = remarks[next]
    if brokenFlows.contains(next) { tree.isFlow = false }
    next += 1
    switch tree.content {
    case .scalar, .alias: break
    case .list(var items):
      for index in items.indices { attachRemarks(&items[index], &next) }
      tree.content = .list(items)
    case .map(var members):
      for index in members.indices { attachRemarks(&members[index].value, &next) }
      tree.content = .map(members)
    }
  }
}

extension YAMLTree.Remarks {
  /// Adds a comment on the value's line; there is room for one, so an earlier one moves above.
  fileprivate mutating func addTrailing(_ text: String) {
    if let trailing { before.append(trailing) }
    trailing = text
  }
}

extension String {
  /// Whether it has what YAML takes for a line end and editors don't, or a byte order mark, which vanishes at
  /// the beginning of a text.
  fileprivate var needsEscapes: Bool {
    utf8.contains { $0 == 0xC2 || $0 == 0xE2 || $0 == 0xEF }
      && unicodeScalars.contains { ["\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}"].contains($0) }
  }
}
