import CYaml

/// Builds nodes from libyaml's events, so that each knows where it starts and ends.
struct YAMLReader: ~Copyable {
  /// How many nodes aliases may stand for altogether, which bounds what a small text can blow up to.
  private static let aliasLimit = 200_000

  private let source: Source
  private var events: YAMLEvents
  private var anchors: [String: Anchor] = [:]
  private var problems: [Diagnostic] = []
  private var openMaps = OpenMaps()
  private var depth = 0
  private var nodeCount = 0
  private var aliasedCount = 0

  private struct Anchor {
    let node: Node
    let size: Int
  }

  private init(_ source: Source, _ bytes: UnsafeBufferPointer<UInt8>) {
    self.source = source
    events = YAMLEvents(source, bytes)
  }

  static func read(_ source: Source) throws(Diagnostics) -> Node {
    var text = source.text
    let result = text.withUTF8 { (bytes) -> Result<Node, Diagnostics> in
      var reader = YAMLReader(source, bytes)
      return reader.document()
    }
    return try result.get()
  }

  private mutating func document() -> Result<Node, Diagnostics> {
    do throws(Diagnostic) {
      var event = try events.next()
      while event.kind == .other { event = try events.next() }
      if event.kind == .end {
        let start = Position(line: 1, column: 1)
        throw Diagnostic(
          "empty_document", "the text has no value in it",
          at: Place(source: source, start: start, end: start))
      }
      let node = try node(event)
      event = try events.next()
      while event.kind == .other { event = try events.next() }
      if event.kind != .end {
        throw Diagnostic(
          "several_documents", "a second document starts here, where one is expected", at: event.place,
          hint: "put each document into a file of its own")
      }
      return problems.isEmpty ? .success(node) : .failure(Diagnostics(problems))
    } catch {
      return .failure(Diagnostics(problems + [error]))
    }
  }

  private mutating func node(_ event: YAMLEvent) throws(Diagnostic) -> Node {
    nodeCount += 1
    switch event.kind {
    case .scalar:
      let node = YAMLScalar.node(event)
      if let anchor = event.anchor { anchors[anchor] = Anchor(node: node, size: 1) }
      return node
    case .alias: return try alias(event)
    case .listStart, .mapStart:
      depth += 1
      defer { depth -= 1 }
      guard depth <= DocumentReader.depthLimit else {
        throw Diagnostic(
          "too_deep", "more than \(DocumentReader.depthLimit) lists and maps stand inside each other",
          at: event.place)
      }
      let before = nodeCount + aliasedCount
      let node = event.kind == .listStart ? try list(event) : try map(event)
      if let anchor = event.anchor {
        anchors[anchor] = Anchor(node: node, size: nodeCount + aliasedCount - before + 1)
      }
      return node
    case .listEnd, .mapEnd, .other, .end:
      throw Diagnostic("invalid_yaml", "expected a value", at: event.place)
    }
  }

  private mutating func alias(_ event: YAMLEvent) throws(Diagnostic) -> Node {
    guard let name = event.anchor, let anchor = anchors[name] else {
      let known = event.anchor.flatMap { nearest(to: $0, among: anchors.keys) }
      throw Diagnostic(
        "unknown_anchor", "no anchor `&\(event.anchor ?? "")` stands before this alias", at: event.place,
        hint: known.map { "did you mean `*\($0)`?" })
    }
    aliasedCount += anchor.size
    guard aliasedCount <= Self.aliasLimit else {
      throw Diagnostic(
        "too_many_aliases", "the aliases stand for more than \(Self.aliasLimit) values", at: event.place,
        hint: "use fewer aliases inside of what other aliases name")
    }
    return anchor.node
  }

  private mutating func list(_ event: YAMLEvent) throws(Diagnostic) -> Node {
    var items: [Node] = []
    items.reserveCapacity(4)
    while true {
      let next = try events.next()
      if next.kind == .listEnd {
        return Node(.list(items), place: event.place(until: next), tag: YAMLScalar.shortTag(event.tag))
      }
      items.append(try node(next))
    }
  }

  private mutating func map(_ event: YAMLEvent) throws(Diagnostic) -> Node {
    openMaps.open()
    var merged: [Node] = []
    while true {
      let next = try events.next()
      if next.kind == .mapEnd {
        let all = Self.merge(openMaps.close(), with: merged)
        return Node(.map(all), place: event.place(until: next), tag: YAMLScalar.shortTag(event.tag))
      }
      let keyNode = try node(next)
      guard let key = keyNode.written else {
        throw Diagnostic(
          "invalid_key", "a key must be a text, found a list or a map", at: next.place,
          hint: "quote it when it is meant as text")
      }
      let value = try node(try events.next())
      if key == "<<", next.isPlain {
        try merged.append(contentsOf: maps(toMerge: value))
      } else if let first = openMaps.add(Node.Entry(key: key, keyPlace: next.place, value: value)) {
        problems.append(.duplicateKey(key, at: next.place, first: first))
      }
    }
  }

  private mutating func maps(toMerge node: Node) throws(Diagnostic) -> [Node] {
    let maps = node.items ?? [node]
    for map in maps {
      guard let entries = map.entries else {
        throw Diagnostic("invalid_merge", "`<<` needs a map or a list of maps", at: map.place)
      }
      aliasedCount += entries.count
    }
    return maps
  }

  /// The map's own members win over merged ones, earlier merged maps over later ones.
  private static func merge(_ own: [Node.Entry], with maps: [Node]) -> [Node.Entry] {
    if maps.isEmpty { return own }
    var whole = OpenMaps()
    whole.open()
    for entry in own { _ = whole.add(entry) }
    for map in maps {
      for entry in map.entries ?? [] { _ = whole.add(entry) }
    }
    return whole.close()
  }
}
