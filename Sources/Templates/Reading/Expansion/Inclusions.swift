package import Document
import OrderedCollections

/// A text that a template wants to include (`AWS::Include`).
package struct Inclusion: Sendable {
  /// A path, an address or whatever else the caller can load.
  package let location: String
  package let place: Place
}

extension TemplateReader {
  /// What a template includes, to be loaded and handed in as `ReadingOptions.snippets`.
  ///
  /// A text that is included can't include others, as in AWS.
  package static func inclusions(
    in source: Source, options: ReadingOptions = ReadingOptions()
  ) -> [Inclusion] {
    guard source.mentions("AWS::Include"), let node = try? DocumentReader.any(source) else { return [] }
    let form = FormResolver(node, source, given: options.parameters)
    var found: [Inclusion] = []
    Includer.find(node, form) { found.append($0) }
    return found
  }
}

/// Puts included texts where a template wants them.
struct Includer {
  private let scan: TemplateScan
  private let form: FormResolver
  private let options: ReadingOptions

  init(_ scan: TemplateScan, _ form: FormResolver, _ options: ReadingOptions) {
    self.scan = scan
    self.form = form
    self.options = options
  }

  /// The tree with the texts in place of `Fn::Transform` of `AWS::Include`, and those of the whole template.
  func include(_ template: Node) -> Node {
    guard let entries = template.entries else { return template }
    let result = entries.map { Node.Entry(key: $0.key, keyPlace: $0.keyPlace, value: inner($0.value)) }
    guard let transform = template.entry("Transform") else {
      return Node(.map(result), place: template.place)
    }
    var merged = result
    var isWhole = true
    for call in transform.value.items ?? [transform.value] {
      guard call["Name"]?.plainText == "AWS::Include" else { continue }
      if let location = Self.location(call, form), let text = read(location, call.place) {
        merge(text.entries ?? [], into: &merged)
      } else {
        isWhole = false
        missing(transform)
      }
    }
    if isWhole { Self.dropInclusion(&merged) }
    return Node(.map(merged), place: template.place)
  }

  /// Takes the transform away that has been done.
  private static func dropInclusion(_ entries: inout [Node.Entry]) {
    entries = entries.compactMap { entry in
      guard entry.key == "Transform" else { return entry }
      guard let items = entry.value.items else {
        return entry.value["Name"]?.plainText == "AWS::Include" ? nil : entry
      }
      let rest = items.filter { $0["Name"]?.plainText != "AWS::Include" }
      if rest.isEmpty { return nil }
      return Node.Entry(
        key: entry.key, keyPlace: entry.keyPlace, value: Node(.list(rest), place: entry.value.place))
    }
  }

  private func missing(_ transform: Node.Entry) {
    if !scan.openTransforms.contains("AWS::Include") { scan.openTransforms.append("AWS::Include") }
    scan.warning(
      "transform_not_supported", "the text that the template includes isn't there", at: transform.keyPlace,
      hint: "give the text of what it includes")
  }

  /// Adds what isn't there; sections that are maps take the other's entries too.
  private func merge(_ added: [Node.Entry], into entries: inout [Node.Entry]) {
    for entry in added {
      guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
        entries.append(entry)
        continue
      }
      guard let own = entries[index].value.entries, let others = entry.value.entries else { continue }
      let known = Set(own.map(\.key))
      let both = own + others.filter { !known.contains($0.key) }
      let place = entries[index].value.place
      entries[index] = Node.Entry(
        key: entry.key, keyPlace: entries[index].keyPlace, value: Node(.map(both), place: place))
    }
  }

  private func inner(_ node: Node) -> Node {
    switch node.content {
    case .scalar: return node
    case .list(let items): return Node(.list(items.map(inner)), place: node.place, tag: node.tag)
    case .map(let entries):
      if node.tag == "Transform", let location = Self.location(node, form) {
        return read(location, node.place) ?? node
      }
      return map(node, entries)
    }
  }

  private func map(_ node: Node, _ entries: [Node.Entry]) -> Node {
    var result: [Node.Entry] = []
    for entry in entries {
      guard entry.key == "Fn::Transform", let location = Self.location(entry.value, form) else {
        result.append(Node.Entry(key: entry.key, keyPlace: entry.keyPlace, value: inner(entry.value)))
        continue
      }
      guard let text = read(location, entry.keyPlace) else {
        result.append(entry)
        continue
      }
      if entries.count == 1 { return text }
      merge(text.entries ?? [], into: &result)
    }
    return Node(.map(result), place: node.place, tag: node.tag)
  }

  /// The text's tree; nil when nobody gave it, which the reader of the call then says.
  private func read(_ location: String, _ place: Place) -> Node? {
    if let why = options.unreadable[location] { scan.error("unreadable_file", why, at: place) }
    guard let source = options.snippets[location] else { return nil }
    do throws(Diagnostics) {
      return try DocumentReader.any(source)
    } catch {
      for problem in error.items {
        scan.add(
          Diagnostic(
            .error, "E0001", problem.message, at: problem.place, hint: problem.hint,
            notes: [.init("it is included here", at: place)]))
      }
      return nil
    }
  }

  static func location(_ call: Node, _ form: FormResolver) -> String? {
    guard call["Name"]?.plainText == "AWS::Include", let node = call["Parameters"]?["Location"] else {
      return nil
    }
    return node.plainText ?? form.value(of: node)?.scalarText
  }

  static func find(_ node: Node, _ form: FormResolver, _ body: (Inclusion) -> Void) {
    if let location = location(node, form) {
      let place = node["Parameters"]?["Location"]?.place ?? node.place
      body(Inclusion(location: location, place: place))
    }
    for item in node.items ?? [] { find(item, form, body) }
    for entry in node.entries ?? [] { find(entry.value, form, body) }
  }
}
