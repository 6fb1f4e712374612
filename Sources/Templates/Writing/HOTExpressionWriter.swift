import Document
import OrderedCollections

/// Writes expressions with HOT's functions.
struct HOTExpressionWriter {
  private let template: Template
  let words: TranslationWords

  init(_ template: Template, _ words: TranslationWords) {
    self.template = template
    self.words = words
  }

  /// Nil for what isn't there.
  func optional(_ expression: Expression) -> Node? {
    if case .noValue = expression.kind { return nil }
    return node(expression)
  }

  func node(_ expression: Expression) -> Node {
    let place = expression.place
    switch expression.kind {
    case .literal(let value): return Node(value, at: place)
    case .noValue: return Node(.null, at: place)
    case .list(let items): return Node(list: items.compactMap(optional), at: place)
    case .map(let members):
      return Node(
        .map(
          members.compactMap { key, value in
            optional(value).map { Node.Entry(key: key, keyPlace: value.place, value: $0) }
          }), place: place)
    case .parameter(let name):
      return Node(call: "get_param", Node(.string(pseudo(name, place)), at: place), at: place)
    case .resource(let id): return Node(call: "get_resource", Node(.string(id), at: place), at: place)
    case .attribute(let id, let name):
      return Node(call: "get_attr", Node([.string(id), .string(name)], at: place), at: place)
    case .function(let function): return call(function, place)
    }
  }

  private func pseudo(_ name: String, _ place: Place) -> String {
    switch name {
    case "AWS::StackName": return "OS::stack_name"
    case "AWS::StackId": return "OS::stack_id"
    case "AWS::Region": return "OS::region"
    case "AWS::AccountId": return "OS::project_id"
    case _ where name.hasPrefix("AWS::"):
      words.lose("HOT has no pseudo parameter `\(name)`", at: place)
      return name
    default: return name
    }
  }

  /// A condition: a name, a boolean or a function.
  func condition(_ expression: Expression) -> Node {
    let place = expression.place
    switch expression.kind {
    case .function(.condition(let name)): return Node(.string(name), at: place)
    case .function(.and(let operands)):
      return Node(call: "and", Node(list: operands.map(condition), at: place), at: place)
    case .function(.or(let operands)):
      return Node(call: "or", Node(list: operands.map(condition), at: place), at: place)
    case .function(.not(let operand)): return Node(call: "not", condition(operand), at: place)
    case .function(.equals(let left, let right)):
      return Node(call: "equals", Node(list: [operand(left), operand(right)], at: place), at: place)
    default: return operand(expression)
    }
  }

  /// A value in a condition, where HOT has few functions.
  private func operand(_ expression: Expression) -> Node {
    let foreign = expression.first { part in
      guard case .function(let function) = part.kind else { return false }
      switch function {
      case .findInMap, .and, .or, .not, .equals, .condition, .heat(.member), .heat(.yaql), .heat(.contains):
        return false
      default: return true
      }
    }
    if let foreign { words.lose("HOT has no such function in conditions", at: foreign.place) }
    return node(expression)
  }

  // MARK: - Functions

  private func call(_ function: Expression.Function, _ place: Place) -> Node {
    func call(_ name: String, _ arguments: [Expression]) -> Node {
      Node(call: name, Node(list: arguments.map(node), at: place), at: place)
    }
    switch function {
    case .join(let separator, let items): return call("list_join", [separator, items])
    case .split(let separator, let text): return call("str_split", [separator, text])
    case .sub(let parts): return substitution(parts, place)
    case .select(let key, let from): return selection(key, from, place)
    case .base64(let text):
      words.change("HOT has no base64: OpenStack's services encode user data themselves", at: place)
      return node(text)
    case .findInMap(let map, let first, let second, let fallback):
      if fallback != nil { words.lose("HOT's get_param has no default", at: place) }
      return call("get_param", [map, first, second])
    case .if(let name, let then, let otherwise): return choice(name, then, otherwise, place)
    case .replace(let map, let text):
      var tree = NodeTree(place)
      tree.add("template", node(text))
      tree.add("params", node(map))
      return Node(call: "str_replace", tree.node, at: place)
    case .condition, .equals, .not, .and, .or:
      return condition(Expression(.function(function), at: place))
    case .heat(let function): return heat(function, place)
    default: return nothing(function, place)
    }
  }

  private func nothing(_ function: Expression.Function, _ place: Place) -> Node {
    let text = "\(function)".prefix { $0 != "(" }
    words.lose("HOT has no counterpart of the function `\(text)`", at: place)
    return Node(.null, at: place)
  }

  private func choice(_ name: String, _ then: Expression, _ otherwise: Expression, _ place: Place) -> Node {
    let condition = Node(.string(name), at: place)
    if case .noValue = then.kind {
      let opposite = Node(call: "not", condition, at: place)
      return Node(call: "if", Node(list: [opposite, node(otherwise)], at: place), at: place)
    }
    let branches = [node(then)] + (optional(otherwise).map { [$0] } ?? [])
    return Node(call: "if", Node(list: [condition] + branches, at: place), at: place)
  }

  /// `${Name}` stays in the text and is what `str_replace` looks for.
  private func substitution(_ parts: [Expression.SubPart], _ place: Place) -> Node {
    var text = ""
    var params: [Node.Entry] = []
    for part in parts {
      switch part {
      case .text(let literal): text += literal
      case .value(let value):
        let name = "${\(Self.name(of: value) ?? "value\(params.count)")}"
        text += name
        if !params.contains(where: { $0.key == name }) {
          params.append(Node.Entry(key: name, keyPlace: value.place, value: node(value)))
        }
      }
    }
    if params.isEmpty { return Node(.string(text), at: place) }
    var tree = NodeTree(place)
    tree.add("template", .string(text))
    tree.add("params", Node(.map(params), place: place))
    return Node(call: "str_replace", tree.node, at: place)
  }

  /// What a value can be called by in a text.
  private static func name(of value: Expression) -> String? {
    switch value.kind {
    case .parameter(let name), .resource(let name): name
    case .attribute(let id, let name): "\(id).\(name)"
    default: nil
    }
  }

  /// An item by a path where HOT has one, else by a query.
  private func selection(_ key: Expression, _ from: Expression, _ place: Place) -> Node {
    switch from.kind {
    case .parameter(let name):
      let path = [Node(.string(pseudo(name, place)), at: place), node(key)]
      return Node(call: "get_param", Node(list: path, at: place), at: place)
    case .attribute(let id, let name):
      let path = [id, name].map { Node(.string($0), at: place) } + [node(key)]
      return Node(call: "get_attr", Node(list: path, at: place), at: place)
    case .function(.split(let separator, let text)):
      return Node(call: "str_split", Node(list: [separator, text, key].map(node), at: place), at: place)
    default:
      var data = NodeTree(place)
      data.add("list", node(from))
      data.add("index", node(key))
      var tree = NodeTree(place)
      tree.add("expression", "$.data.list[int($.data.index)]")
      tree.add("data", data.node)
      return Node(call: "yaql", tree.node, at: place)
    }
  }

  private func heat(_ function: HeatFunction, _ place: Place) -> Node {
    func tree(_ members: [(String, Expression)]) -> Node {
      var tree = NodeTree(place)
      for member in members { tree.add(member.0, node(member.1)) }
      return tree.node
    }
    let argument: Node
    switch function {
    case .member(let value, let path, _): return pathNode(value, path, place)
    case .attributes(let owner):
      argument = Node(list: [Node(.string(owner.reference ?? ""), at: place)], at: place)
    case .attribute(let owner, let name):
      argument = Node(list: [Node(.string(owner.reference ?? ""), at: place), node(name)], at: place)
    case .replaceText(let text, let parameters, _):
      argument = tree([("template", text), ("params", parameters)])
    case .repeat(let template, let lists, let isNested):
      var members = NodeTree(place)
      members.add("template", node(template))
      members.add("for_each", node(lists))
      if !isNested { members.add("permutations", false) }
      argument = members.node
    case .yaql(let expression, let data): argument = tree([("expression", expression), ("data", data)])
    case .mergeMaps(let single), .concatenate(let single, _), .makeURL(let single): argument = node(single)
    case .file(let name, _): argument = Node(.string(name), at: place)
    case .facade(let facade): argument = Node(.string(facade.rawValue), at: place)
    case .joinLists, .replaceInMap, .filter, .contains, .digest:
      argument = Node(list: function.parts.map(node), at: place)
    }
    return Node(call: function.name, argument, at: place)
  }

  /// A path belongs to the function that it goes on.
  private func pathNode(_ value: Expression, _ path: [Expression], _ place: Place) -> Node {
    let base = node(value)
    guard let entry = base.entries?.first, ["get_param", "get_attr", "str_split"].contains(entry.key) else {
      return selection(path.first ?? value, value, place)
    }
    let items = entry.value.items ?? [entry.value]
    return Node(call: entry.key, Node(list: items + path.map(node), at: place), at: place)
  }
}
