import Document
import OrderedCollections
import Templates

/// Finds what calls can give: from the defaults and allowed values of parameters, and from mappings.
///
/// What only a cloud or another template knows has no values here. No call is followed beyond `limit` values.
final class PossibleValues {
  /// The most values that are looked at for one call.
  static let limit = 128

  private unowned let outline: Outline
  private var parameters: [String: [PossibleValue]] = [:]
  private lazy var mappings = Dictionary(
    outline.mappings.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })

  init(_ outline: Outline) { self.outline = outline }

  /// What a node can be where these conditions hold; empty when that isn't known.
  func values(of node: Node, in branch: Outline.Branch?) -> [PossibleValue] {
    let around = outline.conditions(around: branch)
    let found = resolve(node, [:])
    if around.isEmpty { return found }
    return found.filter { $0.given.isEmpty || outline.worlds.isReachable(around, given: $0.given) }
  }

  private typealias Given = [String: String]

  private func resolve(_ node: Node, _ given: Given) -> [PossibleValue] {
    guard let call = outline.call(node) else {
      return literal(node).map { [PossibleValue(value: $0, given: given)] } ?? []
    }
    let items = call.argument.items ?? []
    switch (call.name, items.count) {
    case ("Ref", _): return call.argument.scalar?.string.map { reference($0, given) } ?? []
    case ("Fn::Sub", _): return substitution(call.argument, given)
    case ("Fn::Join", 2): return join(items[0], items[1], given)
    case ("Fn::Split", 2): return split(items[0], items[1], given)
    case ("Fn::Select", 2): return select(items[0], items[1], given)
    case ("Fn::FindInMap", 3...4): return lookup(items, given)
    case ("Fn::If", 3): return choice(items, given)
    case ("Fn::GetAZs", _): return zones(call.argument, given)
    default: return []
    }
  }

  private func choice(_ items: [Node], _ given: Given) -> [PossibleValue] {
    guard let condition = items[0].scalar?.string else { return [] }
    var result: [PossibleValue] = []
    for (index, truth) in [(1, true), (2, false)] {
      result += resolve(items[index], given).filter { item in
        item.given.isEmpty || outline.worlds.isReachable([condition: truth], given: item.given)
      }
    }
    return Array(result.prefix(Self.limit))
  }

  /// A value in which nothing is computed.
  private func literal(_ node: Node) -> Value? {
    guard node.tag == nil else { return nil }
    switch node.content {
    case .scalar(let value): return value
    case .list(let items):
      let values = items.compactMap { outline.call($0) == nil ? literal($0) : nil }
      return values.count == items.count ? .list(values) : nil
    case .map: return nil
    }
  }

  // MARK: - Names

  private static let pseudoParameters: [String: Value] = [
    "AWS::AccountId": "123456789012", "AWS::StackName": "stack", "AWS::Region": "us-east-1",
    "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackId":
      "arn:aws:cloudformation:us-east-1:123456789012:stack/stack/51af3dc0-da77-11e4-872e-1234567db123",
    "AWS::NotificationARNs": ["arn:aws:sns:us-east-1:123456789012:notification"],
  ]

  private func reference(_ name: String, _ given: Given) -> [PossibleValue] {
    if let value = Self.pseudoParameters[name] { return [PossibleValue(value: value, given: given)] }
    let found = parameter(name)
    if let fixed = given[name] {
      return found.filter { $0.given[name] == fixed }.map { item in
        var item = item
        item.given = given
        return item
      }
    }
    if given.isEmpty { return found }
    return found.map { item in
      var item = item
      item.given.merge(given) { own, _ in own }
      return item
    }
  }

  /// A parameter's allowed values; without such its default and its bounds.
  private func parameter(_ name: String) -> [PossibleValue] {
    if let known = parameters[name] { return known }
    let found =
      outline.parameterIndex[name].map { outline.isHeat ? readHeat(name, $0.value) : read(name, $0.value) }
      ?? []
    parameters[name] = found
    return found
  }

  private func read(_ name: String, _ definition: Node) -> [PossibleValue] {
    // The default of a parameter in a store is the store's key, not the value.
    guard let type = definition["Type"]?.scalar?.string, !type.hasPrefix("AWS::SSM::") else { return [] }
    let isList = type == "CommaDelimitedList" || type.hasPrefix("List<")
    var nodes = definition["AllowedValues"]?.items ?? []
    if nodes.isEmpty {
      nodes = ["Default", "MinValue", "MaxValue"].compactMap { key in
        definition.entry(key).map { Node($0.value.content, place: $0.keyPlace, written: $0.value.written) }
      }
    }
    return nodes.prefix(Self.limit).compactMap { node in
      guard let text = node.written ?? node.scalar?.scalarText else { return nil }
      return PossibleValue(
        value: isList ? Self.list(text) : .string(text), origin: node.place, isFromParameter: true,
        given: [name: text])
    }
  }

  private func readHeat(_ name: String, _ definition: Node) -> [PossibleValue] {
    let type = definition["type"]?.scalar?.string ?? ""
    guard ["string", "number", "boolean"].contains(type) else { return [] }
    let allowed = (definition["constraints"]?.items ?? []).lazy.compactMap { $0["allowed_values"]?.items }
      .first
    var nodes = allowed ?? []
    if nodes.isEmpty, let entry = definition.entry("default") {
      nodes = [Node(entry.value.content, place: entry.keyPlace, written: entry.value.written)]
    }
    return nodes.prefix(Self.limit).compactMap { node in
      // An empty default is what Heat's templates write for "not given".
      guard let text = node.written ?? node.scalar?.scalarText, !text.isEmpty else { return nil }
      return PossibleValue(
        value: .string(text), origin: node.place, isFromParameter: true, given: [name: text])
    }
  }

  private static func list(_ text: String) -> Value {
    .list(text.split(separator: ",", omittingEmptySubsequences: false).map { .string($0.trimmed) })
  }

  // MARK: - Texts

  private func substitution(_ argument: Node, _ given: Given) -> [PossibleValue] {
    guard let text = ReferenceReader.substituted(argument) else { return [] }
    let own = argument.items?.dropFirst().first?.entries ?? []
    if own.isEmpty, argument.items?.count ?? 1 > 1 { return [] }
    var made: [(values: [String: String], given: Given)] = [([:], given)]
    for name in OrderedSet(SubstitutionText.names(in: text)) {
      let node = own.first { $0.key == name }?.value
      var next: [(values: [String: String], given: Given)] = []
      for state in made {
        let items = node.map { resolve($0, state.given) } ?? reference(name, state.given)
        for item in items where next.count < Self.limit {
          guard let part = item.value.scalarText else { return [] }
          next.append((state.values.merging([name: part]) { _, new in new }, item.given))
        }
      }
      made = next
    }
    return made.map { state in
      PossibleValue(value: .string(Self.filled(text, state.values)), given: state.given)
    }
  }

  private static func filled(_ text: String, _ values: [String: String]) -> String {
    SubstitutionText.pieces(of: text).map { piece in
      switch piece {
      case .text(let text): text
      case .name(let name): values[name] ?? ""
      }
    }.joined()
  }

  private func join(_ delimiter: Node, _ parts: Node, _ given: Given) -> [PossibleValue] {
    guard let mark = delimiter.scalar?.string, delimiter.tag == nil else { return [] }
    guard let nodes = parts.tag == nil ? parts.items : nil else {
      return resolve(parts, given).compactMap { item in
        guard let texts = item.value.list?.compactMap(\.scalarText) else { return nil }
        return item.with(.string(texts.joined(separator: mark)))
      }
    }
    var made: [(texts: [String], from: Bool, given: Given)] = [([], false, given)]
    for node in nodes {
      var next: [(texts: [String], from: Bool, given: Given)] = []
      for state in made {
        for item in resolve(node, state.given) where next.count < Self.limit {
          guard let text = item.value.scalarText else { return [] }
          next.append((state.texts + [text], state.from || item.isFromParameter, item.given))
        }
      }
      made = next
    }
    return made.map { state in
      PossibleValue(
        value: .string(state.texts.joined(separator: mark)), isFromParameter: state.from, given: state.given)
    }
  }

  private func split(_ delimiter: Node, _ text: Node, _ given: Given) -> [PossibleValue] {
    guard let mark = delimiter.scalar?.string, !mark.isEmpty else { return [] }
    return resolve(text, given).compactMap { item in
      guard let whole = item.value.string else { return nil }
      let parts = whole.split(separator: mark, omittingEmptySubsequences: false)
      return item.with(.list(parts.map { .string(String($0)) }), keepsOrigin: true)
    }
  }

  // MARK: - Lists and mappings

  private func select(_ index: Node, _ list: Node, _ given: Given) -> [PossibleValue] {
    guard let number = index.tag == nil ? index.scalar?.scalarText.flatMap({ Int($0) }) : nil, number >= 0
    else { return [] }
    if list.tag == nil, let items = list.items {
      return number < items.count ? resolve(items[number], given) : []
    }
    return resolve(list, given).compactMap { item in
      guard let items = item.value.list, number < items.count else { return nil }
      return item.with(items[number], keepsOrigin: true)
    }
  }

  private func zones(_ region: Node, _ given: Given) -> [PossibleValue] {
    let isHere = region.scalar?.string == "" || resolve(region, given).contains { $0.value == "us-east-1" }
    guard isHere else { return [] }
    return [PossibleValue(value: .list("abcdef".map { .string("us-east-1\($0)") }), given: given)]
  }

  private func lookup(_ items: [Node], _ given: Given) -> [PossibleValue] {
    guard let name = items[0].tag == nil ? items[0].scalar?.string : nil, let mapping = mappings[name]
    else { return [] }
    var result: [PossibleValue] =
      items.count == 4 ? items[3]["DefaultValue"].map { resolve($0, given) } ?? [] : []
    for first in keys(items[1], of: mapping, given) {
      guard let row = first.value.string.flatMap({ mapping[$0] }) else { continue }
      for second in keys(items[2], of: row, first.given) where result.count < Self.limit {
        guard let cell = second.value.scalarText.flatMap({ row[$0] }), let value = literal(cell) else {
          continue
        }
        var item = second.with(value)
        item.isFromParameter = first.isFromParameter || second.isFromParameter
        result.append(item)
      }
    }
    return result
  }

  /// The keys of a mapping that a node can name: all when the cloud decides.
  private func keys(_ node: Node, of mapping: Node, _ given: Given) -> [PossibleValue] {
    if let call = outline.call(node), call.name == "Ref",
      call.argument.scalar?.string?.hasPrefix("AWS::") == true
    {
      return (mapping.entries ?? []).map { PossibleValue(value: .string($0.key), given: given) }
    }
    return resolve(node, given)
  }
}

extension Substring {
  /// The text without blanks around it.
  fileprivate var trimmed: String {
    let start = drop { $0 == " " || $0 == "\t" }
    return String(start.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
  }
}
