import Document
import OrderedCollections

/// Writes expressions with CloudFormation's functions.
struct CloudFormationExpressionWriter {
  let words: TranslationWords

  init(_ words: TranslationWords) { self.words = words }

  func node(_ expression: Expression) -> Node {
    let place = expression.place
    switch expression.kind {
    case .literal(let value): return Node(value, at: place)
    case .noValue: return Node(call: "Ref", Node("AWS::NoValue", at: place), at: place)
    case .list(let items): return Node(list: items.map(node), at: place)
    case .map(let members):
      let entries = members.map { Node.Entry(key: $0.key, keyPlace: $0.value.place, value: node($0.value)) }
      return Node(.map(entries), place: place)
    case .parameter(let name):
      return Node(call: "Ref", Node(.string(Self.pseudo(name)), at: place), at: place)
    case .resource(let id): return Node(call: "Ref", Node(.string(id), at: place), at: place)
    case .attribute(let id, let name):
      return Node(call: "Fn::GetAtt", Node([.string(id), .string(name)], at: place), at: place)
    case .function(let function): return call(function, place)
    }
  }

  private static func pseudo(_ name: String) -> String {
    switch name {
    case "OS::stack_name": "AWS::StackName"
    case "OS::stack_id": "AWS::StackId"
    case "OS::region": "AWS::Region"
    case "OS::project_id": "AWS::AccountId"
    default: name
    }
  }

  /// A condition; what is merely true or false becomes a comparison.
  func condition(_ expression: Expression) -> Node {
    switch expression.kind {
    case .function(.condition), .function(.and), .function(.or), .function(.not), .function(.equals):
      return node(expression)
    default:
      let pair = [node(expression), Node("true", at: expression.place)]
      return call("Fn::Equals", pair, expression.place)
    }
  }

  private func call(_ name: String, _ arguments: [Node], _ place: Place) -> Node {
    Node(call: name, Node(list: arguments, at: place), at: place)
  }

  private func call(_ function: Expression.Function, _ place: Place) -> Node {
    switch function {
    case .if(let name, let then, let otherwise):
      return call("Fn::If", [Node(.string(name), at: place), node(then), node(otherwise)], place)
    case .condition(let name): return Node(call: "Condition", Node(.string(name), at: place), at: place)
    case .equals(let left, let right): return call("Fn::Equals", [node(left), node(right)], place)
    case .not(let operand): return call("Fn::Not", [condition(operand)], place)
    case .and(let operands): return gathered("Fn::And", operands.map(condition), place)
    case .or(let operands): return gathered("Fn::Or", operands.map(condition), place)
    case .split(let separator, let text): return call("Fn::Split", [node(separator), node(text)], place)
    case .getAZs(let region): return Node(call: "Fn::GetAZs", node(region), at: place)
    case .replace(let map, let text): return call("Fn::Replace", [node(map), node(text)], place)
    case .memberListToMap(let key, let value, let members):
      return call("Fn::MemberListToMap", [key, value, members].map(node), place)
    case .heat(let function): return heat(function, place)
    default: return nothing("`\("\(function)".prefix { $0 != "(" })`", place)
    }
  }

  /// CloudFormation takes ten conditions at most, so more are put into groups.
  private func gathered(_ name: String, _ operands: [Node], _ place: Place) -> Node {
    if operands.count <= 10 { return call(name, operands, place) }
    let head = Array(operands.prefix(9))
    return call(name, head + [gathered(name, Array(operands.dropFirst(9)), place)], place)
  }

  private func nothing(_ what: String, _ place: Place) -> Node {
    words.lose("CloudFormation has no counterpart of \(what)", at: place)
    return Node(.null, at: place)
  }

  private func heat(_ function: HeatFunction, _ place: Place) -> Node {
    switch function {
    case .member(let value, let path, _):
      return path.reduce(node(value)) { result, key in call("Fn::Select", [node(key), result], place) }
    case .joinLists(let separator, let lists): return join(separator, lists, place)
    case .replaceText(let text, let parameters, _): return replace(text, parameters, place)
    case .concatenate(let lists, let isUnique): return concatenated(lists, isUnique, function, place)
    case .mergeMaps(let maps): return merged(maps, function, place)
    case .file(let name, let text):
      if let text { return Node(.string(text), at: place) }
      return nothing("the file `\(name)`, which isn't loaded", place)
    default: return nothing("`\(function.name)`", place)
    }
  }

  private func join(_ separator: Expression, _ lists: [Expression], _ place: Place) -> Node {
    if lists.count == 1 { return call("Fn::Join", [node(separator), node(lists[0])], place) }
    var items: [Node] = []
    for list in lists {
      guard case .list(let parts) = list.kind else {
        // A list that is empty leaves a separator too much, which only its value can tell.
        words.change("an empty list leaves a separator here", at: list.place)
        items.append(call("Fn::Join", [node(separator), node(list)], place))
        continue
      }
      items += parts.map(node)
    }
    return call("Fn::Join", [node(separator), Node(list: items, at: place)], place)
  }

  private func concatenated(
    _ lists: Expression, _ isUnique: Bool, _ function: HeatFunction, _ place: Place
  ) -> Node {
    guard !isUnique, case .list(let lists) = lists.kind else { return nothing("`\(function.name)`", place) }
    var items: [Node] = []
    for list in lists {
      guard case .list(let parts) = list.kind else {
        return nothing("`\(function.name)` of computed lists", place)
      }
      items += parts.map(node)
    }
    return Node(list: items, at: place)
  }

  private func merged(_ maps: Expression, _ function: HeatFunction, _ place: Place) -> Node {
    guard case .list(let maps) = maps.kind else { return nothing("`\(function.name)`", place) }
    var members: OrderedDictionary<String, Node> = [:]
    for map in maps {
      guard case .map(let parts) = map.kind else {
        return nothing("`\(function.name)` of computed maps", place)
      }
      for part in parts { members[part.key] = node(part.value) }
    }
    return Node(.map(members.map { Node.Entry(key: $0, keyPlace: place, value: $1) }), place: place)
  }

  // MARK: - Texts

  /// A literal text becomes one of `Fn::Sub`, whose names are made of those that are replaced.
  private func replace(_ text: Expression, _ parameters: Expression, _ place: Place) -> Node {
    guard let template = literal(text), case .map(let members) = parameters.kind else {
      return call("Fn::Replace", [node(parameters), node(text)], place)
    }
    var names: OrderedDictionary<String, Node> = [:]
    var replacements: [(name: [UInt8], value: [UInt8])] = []
    for (name, value) in members where !name.isEmpty {
      let plain = "\(name.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })"
      var own = plain.isEmpty ? "value" : plain
      while names[own] != nil { own += "x" }
      names[own] = node(value)
      replacements.append((Array(name.utf8), Array("${\(own)}".utf8)))
    }
    // What looks like a name to `Fn::Sub` but is none stays itself.
    replacements.append((Array("${".utf8), Array("${!".utf8)))
    var replacement = TextReplacement(replacements, limit: HeatEvaluator.textLimit)
    guard let result = replacement.apply(to: template) else { return nothing("so long a text", place) }
    let used = names.filter { result.contains("${\($0.key)}") }
    if used.isEmpty { return Node(.string(template), at: place) }
    let map = Node(.map(used.map { Node.Entry(key: $0, keyPlace: place, value: $1) }), place: place)
    return call("Fn::Sub", [Node(.string(result), at: place), map], place)
  }

  private func literal(_ expression: Expression) -> String? {
    switch expression.kind {
    case .literal(let value): value.scalarText
    case .function(.heat(.file(_, let text))): text
    default: nil
    }
  }
}
