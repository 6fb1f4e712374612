import Document
import OrderedCollections

/// Replaces each `Fn::ForEach` in a tree by what it stands for; places stay those of the loop's body.
struct LoopExpander {
  /// How many nodes the loops of a template may make altogether.
  private static let nodeLimit = 200_000
  /// How many bytes of text count as a value.
  private static let bytesPerValue = 256
  /// How many loops may stand inside each other: AWS's limit.
  private static let depthLimit = 5
  static let prefix = "Fn::ForEach::"

  private let scan: TemplateScan
  private let form: FormResolver
  private var made = 0
  private var bindings: [(name: String, value: String)] = []

  init(_ scan: TemplateScan, _ form: FormResolver) {
    self.scan = scan
    self.form = form
  }

  mutating func expand(_ node: Node) -> Node {
    if !bindings.isEmpty { made += 1 }
    if made > Self.nodeLimit { return node }
    switch node.content {
    case .scalar(let value):
      if let tag = node.tag, tag == "Ref", let name = value.string, let text = bound(name) {
        return Node(.scalar(.string(text)), place: node.place, written: text)
      }
      guard !bindings.isEmpty, let text = value.string else { return node }
      let replaced = substitute(text)
      return replaced == text
        ? node : Node(.scalar(.string(replaced)), place: node.place, tag: node.tag, written: replaced)
    case .list(let items):
      var result: [Node] = []
      result.reserveCapacity(items.count)
      for item in items { result.append(expand(item)) }
      return Node(.list(result), place: node.place, tag: node.tag)
    case .map(let entries):
      if entries.count == 1, entries[0].key == "Ref", let name = entries[0].value.plainText,
        let text = bound(name)
      {
        return Node(.scalar(.string(text)), place: entries[0].value.place, written: text)
      }
      return Node(.map(expand(entries)), place: node.place, tag: node.tag)
    }
  }

  private mutating func expand(_ entries: [Node.Entry]) -> [Node.Entry] {
    var result: [Node.Entry] = []
    result.reserveCapacity(entries.count)
    var hasLoops = false
    for entry in entries {
      if entry.key.hasPrefix(Self.prefix) {
        hasLoops = true
        result += loop(entry)
      } else {
        let key = bindings.isEmpty ? entry.key : substitute(entry.key)
        result.append(Node.Entry(key: key, keyPlace: entry.keyPlace, value: expand(entry.value)))
      }
    }
    return hasLoops ? withoutDuplicates(result) : result
  }

  private func withoutDuplicates(_ entries: [Node.Entry]) -> [Node.Entry] {
    var seen: [String: Place] = [:]
    return entries.filter { entry in
      if let first = seen[entry.key] {
        scan.error(
          "E0001", "the loop makes the key `\(entry.key)` a second time", at: entry.keyPlace,
          hint: "put the loop's identifier into the key, such as `Name${Identifier}`",
          notes: [.init("the first", at: first)])
        return false
      }
      seen[entry.key] = entry.keyPlace
      return true
    }
  }

  // MARK: - Loops

  private mutating func loop(_ entry: Node.Entry) -> [Node.Entry] {
    guard let items = entry.value.items, entry.value.tag == nil, items.count == 3 else {
      scan.error(
        "E1032", "`Fn::ForEach` needs [identifier, collection, body], found \(entry.value.kind)",
        at: entry.valuePlace)
      return []
    }
    guard let name = identifier(items[0]), let body = items[2].entries, items[2].tag == nil else {
      if items[2].entries == nil {
        scan.error("E1032", "a loop's body must be a map, found \(items[2].kind)", at: items[2].place)
      }
      return []
    }
    guard bindings.count < Self.depthLimit else {
      scan.error(
        "E1032", "more than \(Self.depthLimit) loops stand inside each other", at: entry.keyPlace)
      return []
    }
    var result: [Node.Entry] = []
    for value in values(of: items[1], name) {
      bindings.append((name, value))
      result += expand(body)
      bindings.removeLast()
      guard made <= Self.nodeLimit else {
        scan.error(
          "E0001", "the loops make more than \(Self.nodeLimit) values", at: entry.keyPlace,
          hint: "make the collections shorter")
        return []
      }
    }
    return result
  }

  private func identifier(_ node: Node) -> String? {
    guard let name = scan.text(of: node, "a loop's identifier", code: "E1032") else { return nil }
    if bindings.contains(where: { $0.name == name }) {
      scan.error("E1032", "the loop outside has the identifier `\(name)` too", at: node.place)
      return nil
    }
    if scan.parameterNames.contains(name) || scan.resourceTypes[name] != nil {
      scan.error(
        "E1032", "the identifier `\(name)` is the name of a parameter or a resource", at: node.place,
        hint: "choose a name that nothing else has")
      return nil
    }
    return name
  }

  /// The texts that the identifier stands for, one after the other.
  private mutating func values(of collection: Node, _ name: String) -> [String] {
    let collection = expand(collection)
    if collection.tag == nil, let items = collection.items {
      return items.flatMap { texts(of: $0, name) }
    }
    return texts(of: collection, name)
  }

  private func texts(of node: Node, _ name: String) -> [String] {
    if FunctionCall(node, isInCondition: false) == nil {
      return scan.text(of: node, "what a loop goes over", code: "E1032").map { [$0] } ?? []
    }
    noteUse(node)
    guard let value = form.value(of: node) else {
      // Without values of the parameters the body is still checked, with the identifier as the only item.
      if form.isProvisional { return [name] }
      scan.error(
        "E0001", "what the loop goes over isn't known before there is a stack", at: node.place,
        hint: "use a list, a parameter or a mapping")
      return []
    }
    let items = value.list ?? [value]
    return items.compactMap { item in
      if let text = item.scalarText { return text }
      scan.error("E1032", "a loop goes over texts, found \(item.kind)", at: node.place)
      return nil
    }
  }

  /// The expanded tree doesn't show any more that the collection used these.
  private func noteUse(_ node: Node) {
    scan.mute()
    _ = ExpressionReader(scan).expression(node)
    scan.unmute()
  }

  // MARK: - Names

  private func bound(_ name: String) -> String? { bindings.last { $0.name == name }?.value }

  /// The text with `${Identifier}` and `&{Identifier}` replaced; the second takes letters and digits only.
  private mutating func substitute(_ text: String) -> String {
    guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
    var result = text
    for (name, value) in bindings {
      result = replace("${\(name)}", in: result, by: value)
      if result.contains("&{") {
        let plain = String(value.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })
        result = replace("&{\(name)}", in: result, by: plain)
      }
    }
    return result
  }

  /// Replaces a mark; long texts count as many values, so that what the loops make stays bounded.
  private mutating func replace(_ mark: String, in text: String, by value: String) -> String {
    let pieces = text.pieces(between: mark)
    if pieces.count == 1 { return text }
    made += (text.utf8.count + pieces.count * value.utf8.count) / Self.bytesPerValue
    return made > Self.nodeLimit ? text : pieces.joined(separator: value)
  }
}
