package import Document

extension Node {
  /// The same tree with short tags written as maps: `!Ref x` as `{"Ref": "x"}`.
  package var withLongFunctions: Node {
    guard let call = tag.flatMap({ _ in FunctionCall(self, isInCondition: false) }) else {
      return mapped(\.withLongFunctions)
    }
    var argument = call.argument.mapped(\.withLongFunctions)
    if call.name == "Fn::GetAtt", let text = argument.scalar?.string, let dot = text.firstIndex(of: ".") {
      let parts = [String(text[..<dot]), String(text[text.index(after: dot)...])]
      argument = Node(
        .list(parts.map { Node(.scalar(.string($0)), place: place, written: $0) }), place: place)
    }
    return Node(.map([Entry(key: call.name, keyPlace: call.namePlace, value: argument)]), place: place)
  }

  private func mapped(_ change: (Node) -> Node) -> Node {
    switch content {
    case .scalar: self
    case .list(let items): Node(.list(items.map(change)), place: place, tag: tag)
    case .map(let entries):
      Node(
        .map(entries.map { Entry(key: $0.key, keyPlace: $0.keyPlace, value: change($0.value)) }),
        place: place,
        tag: tag)
    }
  }
}

extension Template {
  /// The template as JSON, functions in their long form.
  package func jsonText(indent: Int? = 2) -> String {
    document().withLongFunctions.jsonText(indent: indent)
  }

  /// The template as YAML, functions as short tags; with the comments of the text that it was read from.
  package func yamlText() -> String { yamlTree.withShortTags.text }

  /// The template as it is written in YAML.
  private var yamlTree: YAMLTree {
    if !DocumentReader.looksLikeJSON(source.text), let tree = try? DocumentReader.yamlTree(source) {
      return tree
    }
    return YAMLTree(document())
  }
}
