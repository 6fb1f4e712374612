import Document
import OrderedCollections

/// Reads `Fn::Sub`: a text with `${Name}`, `${Resource.Attribute}` and `${!Literal}`, perhaps with own names.
struct SubstitutionReader {
  /// How many values the own names of a template's texts may stand for: each use of a name is one more.
  private static let repetitionLimit = 1_000_000

  /// The value of a name that a text has itself, and of how many values it is made.
  private struct Own {
    let value: Expression
    let weight: Int
  }

  private let reader: ExpressionReader
  private var scan: TemplateScan { reader.scan }

  init(_ reader: ExpressionReader) { self.reader = reader }

  func read(_ call: FunctionCall, _ node: Node) -> Expression {
    let argument = call.argument
    if let text = argument.plainText {
      return substitute(text, [:], call.argumentPlace, node)
    }
    guard let items = argument.items, argument.tag == nil, items.count == 2,
      let text = items[0].plainText, let entries = items[1].entries, items[1].tag == nil
    else {
      scan.error(
        reader.outer ?? "E1019", "`Fn::Sub` needs a text, or [text, map of names], found \(argument.kind)",
        at: call.argumentPlace)
      return Expression(.literal(.null), at: node.place)
    }
    let inner = reader.inside("E1019", .substitute)
    var own: OrderedDictionary<String, Own> = [:]
    for entry in entries where own[entry.key] == nil {
      let before = scan.weight
      let value = inner.expression(entry.value)
      own[entry.key] = Own(value: value, weight: scan.weight - before)
    }
    let result = substitute(text, own, call.argumentPlace, node)
    for entry in entries where !text.contains("${\(entry.key)}") && !text.contains("${ \(entry.key) }") {
      scan.warning("W1019", "the text of `Fn::Sub` doesn't use `\(entry.key)`", at: entry.keyPlace)
    }
    return result
  }

  private func substitute(
    _ text: String, _ own: OrderedDictionary<String, Own>, _ place: Place, _ node: Node
  ) -> Expression {
    var parts: [Expression.SubPart] = []
    var hasNames = false
    for piece in SubstitutionText.pieces(of: text) {
      switch piece {
      case .text(let text): parts.append(.text(text))
      case .name(let name):
        hasNames = true
        guard let own = own[name] else {
          parts.append(.value(reference(name, place)))
          continue
        }
        // Weights double with each nesting, so they stop where it is too much anyway.
        scan.weight = min(scan.weight + own.weight, 1 << 40)
        scan.repeated = min(scan.repeated + own.weight, 1 << 40)
        if scan.repeated <= Self.repetitionLimit { parts.append(.value(own.value)) }
      }
    }
    if scan.repeated > Self.repetitionLimit, !scan.isTooLarge {
      scan.isTooLarge = true
      scan.error(
        "too_large", "the names of `Fn::Sub` stand for more than \(Self.repetitionLimit) values", at: place,
        hint: "use the names less often inside of each other")
    }
    if own.isEmpty, !hasNames, !text.contains("${") {
      scan.warning("W1020", "`Fn::Sub` isn't needed: nothing in the text is replaced", at: place)
    }
    return Expression(.function(.sub(parts)), at: node.place)
  }

  private func reference(_ name: String, _ place: Place) -> Expression {
    let code = reader.outer ?? "E1019"
    guard let (id, attribute) = name.partsAtPoint else {
      let expression = Expression(reader.reference(to: name, at: place, code: code), at: place)
      if expression.shape(in: scan) == .list {
        scan.error(code, "`\(name)` is a list, which can't stand in a text", at: place)
      }
      return expression
    }
    let kind = reader.attribute(attribute, of: id, at: place, attributePlace: place, code: code)
    return Expression(kind, at: place)
  }
}
