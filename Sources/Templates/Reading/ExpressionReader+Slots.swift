import Document
import OrderedCollections

extension ExpressionReader {
  /// Reads a call where only some functions may stand and a shape is wanted.
  func checked(_ call: FunctionCall, _ node: Node, _ slot: Slot) -> Expression {
    guard slot.allows(call.name) else { return refused(call, node) }
    let expression = function(call, node)
    if !slot.fits(expression.shape(in: scan)) {
      let code = call.name == "Ref" ? referenceCode : outer ?? referenceCode
      complain(slot, code, "`\(call.name)` gives \(expression.shape(in: scan).words)", node.place.atStart)
    }
    return expression
  }

  /// Reads a call that AWS doesn't take here; kiln and Heat do.
  private func refused(_ call: FunctionCall, _ node: Node) -> Expression {
    let code = outer ?? referenceCode
    let place = anchor ?? call.namePlace
    if FunctionCall.heatNames.contains(call.name) {
      scan.note(code, "`\(call.name)` is Heat's: AWS doesn't have it", at: place)
    } else if FunctionCall.names.contains(call.name) || FunctionCall.ruleNames.contains(call.name) {
      scan.warning(code, "AWS doesn't take `\(call.name)` here", at: place)
    }
    scan.mute()
    defer { scan.unmute() }
    return function(call, node)
  }

  /// Says when a literal can't stand here.
  func check(_ node: Node, _ slot: Slot) {
    let found: String
    switch (node.content, slot.shape) {
    case (_, .any), (.list, .list), (.map, .map), (.scalar, .text): return
    case (.scalar(let value), .integer(let range)):
      if let number = value.scalarText.flatMap(Int.init), range?.contains(number) ?? true { return }
      found = value.scalarText.map { "found `\($0)`" } ?? "found \(value.kind)"
    case (.scalar(let value), .boolean) where value.bool != nil: return
    default: found = "found \(node.kind)"
    }
    complain(slot, outer ?? referenceCode, found, anchor ?? node.place)
  }

  /// Says when a text has a name in `${}` that `Fn::Sub` would replace, but nothing does.
  func checkVariables(_ text: String, _ place: Place) {
    for case .name(let name) in SubstitutionText.pieces(of: text) where !scan.substitutions.contains(name) {
      let owner = name.prefix { $0 != "." }
      let isKnown =
        name == owner
        ? scan.parameterNames.contains(name) || scan.resourceTypes[name] != nil
          || TemplateScan.pseudoParameters.contains(name)
        : scan.resourceTypes[String(owner)] != nil
      guard isKnown else { continue }
      scan.warning(
        "E1029", "`${\(name)}` isn't replaced: the text isn't in `Fn::Sub`", at: place, hint: "use Fn::Sub")
      return
    }
  }

  private func complain(_ slot: Slot, _ code: String, _ found: String, _ place: Place) {
    let message = "expected \(slot.shape.words) here, \(found)"
    if slot.isStrict { scan.error(code, message, at: place) } else { scan.warning(code, message, at: place) }
  }
}

extension FunctionCall {
  static let heatNames: Set<String> = ["Fn::Replace", "Fn::MemberListToMap", "Fn::ResourceFacade"]
}

extension Expression {
  /// The same text with the references in its parts left as they are, to be resolved as a whole.
  var withoutResolving: Expression {
    switch kind {
    case .function(.resolve(let text)): text.withoutResolving
    case .function(.join(let separator, let items)):
      Expression(.function(.join(separator: separator, items: items.withoutResolving)), at: place)
    case .list(let items): Expression(.list(items.map(\.withoutResolving)), at: place)
    default: self
    }
  }
}
