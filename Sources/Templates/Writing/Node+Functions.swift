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

  /// The same tree with functions written as short tags where YAML allows it.
  ///
  /// A function directly in another keeps its long form: a value has one tag.
  package var withShortTags: Node {
    guard tag == nil, let call = FunctionCall(self, isInCondition: false),
      FunctionCall.names.contains(call.name), call.argument.tag == nil,
      FunctionCall(call.argument, isInCondition: false) == nil
    else { return mapped(\.withShortTags) }
    let name = call.name.hasPrefix("Fn::") ? String(call.name.dropFirst(4)) : call.name
    let argument = call.argument.mapped(\.withShortTags)
    if name == "GetAtt", let items = argument.items, items.count == 2,
      let id = items[0].scalar?.string, let attribute = items[1].scalar?.string, !id.contains(".")
    {
      let text = "\(id).\(attribute)"
      return Node(.scalar(.string(text)), place: place, tag: name, written: text)
    }
    return Node(argument.content, place: place, tag: name, written: argument.written)
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
    document.withLongFunctions.value.jsonText(indent: indent)
  }

  /// The template as YAML, functions as short tags.
  package func yamlText() -> String { document.withShortTags.yamlText() }
}
