import Document
import OrderedCollections

extension ExpressionReader {
  /// Reads a call, its arguments checked for form.
  func function(_ call: FunctionCall, _ node: Node) -> Expression {
    switch call.name {
    case "Ref": return Expression(reference(call), at: node.place)
    case "Fn::GetAtt": return Expression(attribute(call), at: node.place)
    case "Fn::Sub": return SubstitutionReader(self).read(call, node)
    default: break
    }
    guard let function = value(call) ?? logic(call) else {
      return Expression(.literal(.null), at: node.place)
    }
    return Expression(.function(function), at: node.place)
  }

  /// The functions that give values; nil for others and for those with wrong arguments.
  private func value(_ call: FunctionCall) -> Expression.Function? {
    switch call.name {
    case "Fn::Base64": return .base64(expression(call.argument))
    case "Fn::GetAZs": return .getAZs(region: expression(call.argument))
    case "Fn::ImportValue": return .importValue(expression(call.argument))
    case "Fn::Join":
      return arguments(call, 2...2, "E1022", "[separator, list]").flatMap { join($0, call) }
    case "Fn::Split":
      return arguments(call, 2...2, "E1018", "[separator, text]").map {
        .split(separator: $0[0], text: $0[1])
      }
    case "Fn::Select":
      return arguments(call, 2...2, "E1017", "[index, list]").map { .select(key: $0[0], from: $0[1]) }
    case "Fn::FindInMap":
      return arguments(call, 3...3, "E1011", "[map, key, key]").flatMap { findInMap($0, call) }
    case "Fn::Cidr":
      return arguments(call, 2...3, "E1024", "[block, count, bits]").map {
        let bits = $0.count > 2 ? $0[2] : Expression(.literal(8), at: call.argument.place)
        return .cidr(block: $0[0], count: $0[1], bits: bits)
      }
    case "Fn::Replace":
      return arguments(call, 2...2, "invalid_replace", "[map, text]").map {
        .replace(map: $0[0], text: $0[1])
      }
    case "Fn::MemberListToMap":
      return arguments(call, 3...3, "invalid_member_list", "[key name, value name, list]").map {
        .memberListToMap(key: $0[0], value: $0[1], members: $0[2])
      }
    default: return nil
    }
  }

  private func logic(_ call: FunctionCall) -> Expression.Function? {
    switch call.name {
    case "Condition":
      return conditionName(call.argument, code: "E8007").map { .condition($0) }
    case "Fn::If": return choice(call)
    case "Fn::Equals":
      return arguments(call, 2...2, "E8003", "[value, value]").map { .equals($0[0], $0[1]) }
    case "Fn::Not": return operands(call, 1...1, "E8005", "[condition]").map { .not($0[0]) }
    case "Fn::And": return operands(call, 2...10, "E8004", "2 to 10 conditions").map { .and($0) }
    case "Fn::Or": return operands(call, 2...10, "E8006", "2 to 10 conditions").map { .or($0) }
    default:
      if !FunctionCall.names.contains(call.name) { unknown(call) }
      return nil
    }
  }

  /// Functions that other readers of these templates have, and what they need.
  private func unknown(_ call: FunctionCall) {
    let extensions = [
      "Fn::Length", "Fn::ToJsonString", "Fn::Transform", "Fn::GetStackOutput", "Fn::ResourceFacade",
    ]
    if extensions.contains(call.name) || call.name.hasPrefix("Fn::ForEach::") {
      scan.error("function_not_supported", "kiln doesn't have `\(call.name)` yet", at: call.namePlace)
    } else {
      scan.error(
        "unknown_function", "there is no function `\(call.name)`", at: call.namePlace,
        hint: scan.suggestion(call.name, FunctionCall.names))
    }
  }

  /// The arguments of a function that takes a list of so many.
  private func arguments(
    _ call: FunctionCall, _ count: ClosedRange<Int>, _ code: String, _ form: String
  ) -> [Expression]? {
    nodes(call, count, code, form)?.map(expression)
  }

  private func operands(
    _ call: FunctionCall, _ count: ClosedRange<Int>, _ code: String, _ form: String
  ) -> [Expression]? {
    nodes(call, count, code, form)?.map(condition)
  }

  private func nodes(
    _ call: FunctionCall, _ count: ClosedRange<Int>, _ code: String, _ form: String
  ) -> [Node]? {
    guard let items = call.argument.items, call.argument.tag == nil else {
      scan.error(
        code, "`\(call.name)` needs \(form), found \(call.argument.kind)", at: call.argument.place)
      return nil
    }
    guard count.contains(items.count) else {
      scan.error(
        code, "`\(call.name)` needs \(form), found \(items.count) \(items.count == 1 ? "item" : "items")",
        at: call.argument.place)
      return nil
    }
    return items
  }

  private func join(_ arguments: [Expression], _ call: FunctionCall) -> Expression.Function? {
    guard case .literal(.string) = arguments[0].kind else {
      scan.error("E1022", "the separator of `Fn::Join` must be a text", at: arguments[0].place)
      return nil
    }
    if case .literal(let value) = arguments[1].kind {
      scan.error("E1022", "`Fn::Join` joins a list, found \(value.kind)", at: arguments[1].place)
      return nil
    }
    return .join(separator: arguments[0], items: arguments[1])
  }

  private func findInMap(_ arguments: [Expression], _ call: FunctionCall) -> Expression.Function? {
    if case .literal(.string(let name)) = arguments[0].kind {
      scan.usedMappings.insert(name)
      guard scan.mappingNames.contains(name) else {
        scan.error(
          "E1011", "there is no mapping `\(name)`", at: arguments[0].place,
          hint: scan.suggestion(name, scan.mappingNames))
        return nil
      }
      checkKeys(of: name, arguments)
    } else {
      scan.usesAnyMapping = true
    }
    return .findInMap(map: arguments[0], first: arguments[1], second: arguments[2], fallback: nil)
  }

  /// Literal keys must be there; computed ones are known only with parameters.
  private func checkKeys(of name: String, _ arguments: [Expression]) {
    guard let mapping = scan.mappings[name], !mapping.isEmpty else { return }
    guard case .literal(.string(let second)) = arguments[2].kind else { return }
    let rows: [String]
    if case .literal(let value) = arguments[1].kind, let first = value.scalarText {
      guard mapping[first] != nil else {
        scan.error(
          "E1011", "the mapping `\(name)` has no key `\(first)`", at: arguments[1].place,
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
        "E1011", "the mapping `\(name)` has no second key `\(second)`", at: arguments[2].place,
        hint: scan.suggestion(second, known))
    }
  }

  private func choice(_ call: FunctionCall) -> Expression.Function? {
    guard let nodes = nodes(call, 3...3, "E1028", "[condition, value if true, value if false]") else {
      return nil
    }
    let name = conditionName(nodes[0], code: "E1028")
    let (then, otherwise) = (expression(nodes[1]), expression(nodes[2]))
    return name.map { .if(condition: $0, then: then, otherwise: otherwise) }
  }
}
