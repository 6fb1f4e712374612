import Document
import OrderedCollections

extension ExpressionReader {
  /// Reads a call, its arguments checked for form.
  func function(_ call: FunctionCall, _ node: Node) -> Expression {
    switch call.name {
    case "Ref": return Expression(reference(call), at: node.place)
    case "Fn::GetAtt": return Expression(attribute(call), at: node.place)
    case "Fn::Sub": return resolving(SubstitutionReader(self).read(call, node), call)
    default: break
    }
    if isInCondition, call.argument.tag == nil, call.argument.scalar?.isNull == true {
      scan.error("E1001", "`\(call.name)` has no arguments", at: call.argumentPlace)
    }
    guard let function = value(call) ?? logic(call) ?? extended(call) ?? rule(call) else {
      if !FunctionCall.names.contains(call.name), !FunctionCall.ruleNames.contains(call.name) {
        unknown(call)
      }
      return Expression(.literal(.null), at: node.place)
    }
    return resolving(Expression(.function(function), at: node.place), call)
  }

  /// A text made by `Fn::Sub` or `Fn::Join` is resolved as a whole when `{{resolve:` stands in it.
  private func resolving(_ expression: Expression, _ call: FunctionCall) -> Expression {
    guard scan.mayResolve, call.name == "Fn::Sub" || call.name == "Fn::Join" else { return expression }
    guard call.argument.hasText(DynamicReference.opening) else { return expression }
    scan.hasReferences = true
    return Expression(.function(.resolve(expression.withoutResolving)), at: expression.place)
  }

  /// The reader of a function's argument.
  func inside(_ code: String, _ slot: Slot) -> ExpressionReader {
    var reader = self
    reader.outer = outer ?? code
    reader.slot = slot
    reader.anchor = nil
    return reader
  }

  /// The only argument of a function.
  func single(_ call: FunctionCall, _ code: String, _ slot: Slot) -> Expression {
    var reader = inside(code, slot)
    reader.anchor = call.argumentPlace
    return reader.expression(call.argument)
  }

  /// The functions that give values; nil for others and for those with wrong arguments.
  private func value(_ call: FunctionCall) -> Expression.Function? {
    switch call.name {
    case "Fn::Base64": return .base64(single(call, "E1021", .base64))
    case "Fn::GetAZs": return .getAZs(region: region(call))
    case "Fn::ImportValue": return .importValue(single(call, "E1016", .importName))
    case "Fn::Join":
      return arguments(call, [.literal, .joined], 2, "E1022", "[separator, list]")
        .map { .join(separator: $0[0], items: $0[1]) }
    case "Fn::Split":
      return arguments(call, [.literal, .split], 2, "E1018", "[separator, text]")
        .map { .split(separator: $0[0], text: $0[1]) }
    case "Fn::Select":
      let index: Slot = scan.hasExtensions ? .indexExtended : .index
      return arguments(call, [index, .selected], 2, "E1017", "[index, list]")
        .map { .select(key: $0[0], from: $0[1]) }
    case "Fn::FindInMap": return findInMap(call)
    case "Fn::Cidr":
      return arguments(call, [.block, .blockCount, .blockBits], 2, "E1024", "[block, count, bits]").map {
        checkBlock($0[0])
        let bits = $0.count > 2 ? $0[2] : Expression(.literal(8), at: call.argument.place)
        return .cidr(block: $0[0], count: $0[1], bits: bits)
      }
    case "Fn::Replace":
      return arguments(call, [.anything, .anything], 2, "invalid_replace", "[map, text]")
        .map { .replace(map: $0[0], text: $0[1]) }
    case "Fn::MemberListToMap":
      return arguments(
        call, [.anything, .anything, .anything], 3, "invalid_member_list", "[key name, value name, list]"
      ).map { .memberListToMap(key: $0[0], value: $0[1], members: $0[2]) }
    default: return nil
    }
  }

  private func logic(_ call: FunctionCall) -> Expression.Function? {
    switch call.name {
    case "Condition":
      return conditionName(call.argument, code: outer ?? "E8001", at: call.argumentPlace)
        .map { .condition($0) }
    case "Fn::If": return choice(call)
    case "Fn::Equals":
      let slot: Slot = isInRule ? .equalInRule : .equal
      return arguments(call, [slot, slot], 2, "E8003", "[value, value]").map { .equals($0[0], $0[1]) }
    case "Fn::Not": return operands(call, 1...1, "E8005", "[condition]").map { .not($0[0]) }
    case "Fn::And": return operands(call, 2...10, "E8004", "2 to 10 conditions").map { .and($0) }
    case "Fn::Or": return operands(call, 2...10, "E8006", "2 to 10 conditions").map { .or($0) }
    default: return nil
    }
  }

  private func unknown(_ call: FunctionCall) {
    scan.error(
      "unknown_function", "there is no function `\(call.name)`", at: call.namePlace,
      hint: scan.suggestion(call.name, FunctionCall.names))
  }

  /// A region's name, by reference or as it is; nothing stands for the stack's own (which AWS refuses).
  private func region(_ call: FunctionCall) -> Expression {
    if call.argument.tag == nil, call.argument.scalar?.isNull == true {
      scan.warning(
        outer ?? "E1015", "`Fn::GetAZs` needs a region, found null", at: call.argumentPlace,
        hint: "write an empty text for the stack's own region")
      return Expression(.literal(""), at: call.argument.place)
    }
    if let text = call.argument.scalar?.scalarText, call.argument.tag == nil, text.first?.isNumber == true {
      scan.warning(
        outer ?? "E1015", "`\(text)` is no region", at: call.argumentPlace,
        hint: "write an empty text for the stack's own region")
    }
    return single(call, "E1015", .region)
  }

  /// The arguments of a function that takes a list, at least so many of those that have slots.
  func arguments(
    _ call: FunctionCall, _ slots: [Slot], _ least: Int, _ code: String, _ form: String
  ) -> [Expression]? {
    guard let items = nodes(call, least...slots.count, code, form) else { return nil }
    return zip(items, slots).map { inside(code, $1).expression($0) }
  }

  private func operands(
    _ call: FunctionCall, _ count: ClosedRange<Int>, _ code: String, _ form: String
  ) -> [Expression]? {
    var reader = self
    reader.outer = outer ?? code
    reader.anchor = nil
    return nodes(call, count, code, form)?.map { reader.condition($0) }
  }

  func nodes(
    _ call: FunctionCall, _ count: ClosedRange<Int>, _ code: String, _ form: String
  ) -> [Node]? {
    let code = outer ?? code
    guard let items = call.argument.items, call.argument.tag == nil else {
      scan.error(
        code, "`\(call.name)` needs \(form), found \(call.argument.kind)", at: call.argumentPlace)
      return nil
    }
    guard count.contains(items.count) else {
      scan.error(
        code, "`\(call.name)` needs \(form), found \(items.count) \(items.count == 1 ? "item" : "items")",
        at: call.argumentPlace)
      return nil
    }
    return items
  }

  private func findInMap(_ call: FunctionCall) -> Expression.Function? {
    let key: Slot = scan.hasExtensions ? .mapKeyExtended : .mapKey
    let most = scan.hasExtensions ? 4 : 3
    guard let nodes = nodes(call, 3...most, "E1011", "[map, key, key]") else { return nil }
    let arguments = nodes.prefix(3).map { inside("E1011", key).expression($0) }
    let fallback = nodes.count > 3 ? fallback(nodes[3]) : nil
    guard case .literal(let value) = arguments[0].kind, let name = value.scalarText else {
      scan.usesAnyMapping = true
      return .findInMap(
        map: arguments[0], first: arguments[1], second: arguments[2], fallback: fallback)
    }
    scan.usedMappings.insert(name)
    guard scan.mappingNames.contains(name) else {
      if fallback == nil {
        scan.error(
          outer ?? "E1011", "there is no mapping `\(name)`", at: arguments[0].place,
          hint: scan.suggestion(name, scan.mappingNames))
        return nil
      }
      return .findInMap(map: arguments[0], first: arguments[1], second: arguments[2], fallback: fallback)
    }
    if fallback == nil { checkKeys(of: name, arguments) }
    return .findInMap(map: arguments[0], first: arguments[1], second: arguments[2], fallback: fallback)
  }

  private func fallback(_ node: Node) -> Expression? {
    guard let entries = node.entries, node.tag == nil, entries.count == 1, entries[0].key == "DefaultValue"
    else {
      scan.error(
        outer ?? "E1011", "the fourth argument of `Fn::FindInMap` must be a map with DefaultValue",
        at: node.place, hint: "write `DefaultValue: …`")
      return nil
    }
    return inside("E1011", .anything).expression(entries[0].value)
  }

  private func checkBlock(_ block: Expression) {
    guard case .literal(let value) = block.kind, let text = value.scalarText, CIDRBlock(text) == nil else {
      return
    }
    scan.error(
      outer ?? "E1024", "`\(text)` isn't a block of addresses", at: block.place,
      hint: "write it as 10.0.0.0/16")
  }

  /// Literal keys must be there; computed ones are known only with parameters.
  private func checkKeys(of name: String, _ arguments: [Expression]) {
    guard let mapping = scan.mappings[name], !mapping.isEmpty else { return }
    guard case .literal(.string(let second)) = arguments[2].kind else { return }
    let rows: [String]
    if case .literal(let value) = arguments[1].kind, let first = value.scalarText {
      guard mapping[first] != nil else {
        scan.error(
          outer ?? "E1011", "the mapping `\(name)` has no key `\(first)`", at: arguments[1].place,
          hint: scan.suggestion(first, mapping.keys))
        return
      }
      rows = [first]
    } else {
      rows = Array(mapping.keys)
    }
    if !rows.contains(where: { mapping[$0]?[second] != nil }) {
      let known = rows.flatMap { mapping[$0].map { Array($0.keys) } ?? [] }
      scan.error(
        outer ?? "E1011", "the mapping `\(name)` has no second key `\(second)`", at: arguments[2].place,
        hint: scan.suggestion(second, known))
    }
  }

  private func choice(_ call: FunctionCall) -> Expression.Function? {
    let form = "[condition, value if true, value if false]"
    guard let nodes = nodes(call, 3...3, "E1028", form) else { return nil }
    let name = conditionName(nodes[0], code: outer ?? "E1028")
    var reader = self
    reader.anchor = nil
    // A choice by nothing is one error: what could be chosen isn't judged then.
    if name.map({ !scan.conditionNames.contains($0) }) ?? true { scan.mute() }
    let (then, otherwise) = (reader.expression(nodes[1]), reader.expression(nodes[2]))
    if name.map({ !scan.conditionNames.contains($0) }) ?? true { scan.unmute() }
    return name.map { .if(condition: $0, then: then, otherwise: otherwise) }
  }
}
