import Document
import OrderedCollections

extension HOTExpressionReader {
  /// Reads a call, its arguments checked for form.
  func call(_ entry: Node.Entry, _ node: Node) -> Expression {
    let argument = entry.value
    switch entry.key {
    case "get_param": return parameter(argument, node)
    case "get_resource": return resource(argument, node)
    case "get_attr": return attribute(argument, node)
    case "get_file": return file(argument, node)
    case "resource_facade", "Fn::ResourceFacade": return facade(argument, node)
    case "Ref": return reference(argument, node)
    // Nova's client encodes user data later, so Heat passes the text on.
    case "Fn::Base64": return expression(argument)
    default: break
    }
    guard let kind = lists(entry) ?? maps(entry) ?? logic(entry) ?? older(entry) else {
      return Expression(.literal(.null), at: node.place)
    }
    return Expression(kind, at: node.place)
  }

  private func lists(_ entry: Node.Entry) -> Expression.Kind? {
    let argument = entry.value
    switch entry.key {
    case "list_join": return joinLists(entry)
    case "list_concat", "list_concat_unique":
      return .function(.heat(.concatenate(expression(argument), isUnique: entry.key == "list_concat_unique")))
    case "filter":
      return arguments(entry, 2...2, "[values, list]").map {
        .function(.heat(.filter(values: $0[0], from: $0[1])))
      }
    case "contains":
      return arguments(entry, 2...2, "[value, list]").map {
        .function(.heat(.contains($0[0], in: $0[1])))
      }
    case "digest":
      return arguments(entry, 2...2, "[algorithm, text]").flatMap { digest($0) }
    case "str_split": return split(entry)
    case "map_replace":
      return arguments(entry, 2...2, "[map, {keys, values}]").map {
        .function(.heat(.replaceInMap($0[0], with: $0[1])))
      }
    case "map_merge": return .function(.heat(.mergeMaps(expression(argument))))
    default: return nil
    }
  }

  private func joinLists(_ entry: Node.Entry) -> Expression.Kind? {
    let most = hot.version < .liberty ? 2 : Int.max
    let form = most == 2 ? "[separator, list]" : "[separator, list, …]"
    guard let arguments = arguments(entry, 2...most, form) else { return nil }
    for list in arguments.dropFirst() {
      if case .literal(let value) = list.kind, !value.isNull {
        fault("`list_join` joins lists, found \(value.kind)", list.place)
        return nil
      }
    }
    return .function(.heat(.joinLists(separator: arguments[0], lists: Array(arguments.dropFirst()))))
  }

  private func digest(_ arguments: [Expression]) -> Expression.Kind? {
    if case .literal(let value) = arguments[0].kind, let name = value.scalarText,
      !HeatEvaluator.digests.contains(name.lowercased())
    {
      fault(
        "kiln doesn't have the digest `\(name)`", arguments[0].place,
        hint: "it has \(HeatEvaluator.digests.joined(separator: ", "))")
      return nil
    }
    return .function(.heat(.digest(algorithm: arguments[0], text: arguments[1])))
  }

  private func split(_ entry: Node.Entry) -> Expression.Kind? {
    guard let arguments = arguments(entry, 2...3, "[separator, text, index]") else { return nil }
    let split = Expression.Kind.function(.split(separator: arguments[0], text: arguments[1]))
    guard arguments.count == 3 else { return split }
    let list = Expression(split, at: entry.value.place)
    return .function(.heat(.member(of: list, path: [arguments[2]], missing: .fault)))
  }

  private func maps(_ entry: Node.Entry) -> Expression.Kind? {
    switch entry.key {
    case "str_replace": return replaceText(entry, .none)
    case "str_replace_strict": return replaceText(entry, .names)
    case "str_replace_vstrict": return replaceText(entry, .values)
    case "repeat": return repetition(entry)
    case "yaql": return yaql(entry)
    case "make_url":
      let keys = ["scheme", "username", "password", "host", "port", "path", "query", "fragment"]
      guard let entries = members(entry, keys: keys, needed: []) else { return nil }
      return .function(
        .heat(
          .makeURL(Expression(.map(entries.map { ($0.key, expression($0.value)) }), at: entry.value.place))))
    default: return nil
    }
  }

  private func replaceText(_ entry: Node.Entry, _ strictness: HeatFunction.Strictness) -> Expression.Kind? {
    guard members(entry, keys: ["template", "params"], needed: ["template", "params"]) != nil,
      let template = entry.value["template"].map(expression), let params = entry.value["params"]
    else { return nil }
    if params.entries == nil {
      fault("the `params` of `\(entry.key)` must be a map, found \(params.kind)", params.place)
      return nil
    }
    if case .literal(let value) = template.kind, value.scalarText == nil {
      fault("the `template` of `\(entry.key)` must be a text, found \(value.kind)", template.place)
      return nil
    }
    return .function(
      .heat(.replaceText(template: template, parameters: expression(params), strictness: strictness)))
  }

  private func repetition(_ entry: Node.Entry) -> Expression.Kind? {
    let keys = ["template", "for_each"] + (hot.version < .pike ? [] : ["permutations"])
    guard members(entry, keys: keys, needed: ["template", "for_each"]) != nil,
      let template = entry.value["template"], let lists = entry.value["for_each"]
    else { return nil }
    guard lists.entries?.isEmpty == false else {
      fault("the `for_each` of `repeat` must be a map of names and lists, found \(lists.kind)", lists.place)
      return nil
    }
    var isNested = true
    if let permutations = entry.value["permutations"] {
      guard let truth = permutations.scalar?.bool else {
        fault("`permutations` must be true or false, found \(permutations.kind)", permutations.place)
        return nil
      }
      isNested = truth
    }
    return .function(
      .heat(.repeat(template: expression(template), lists: expression(lists), isNested: isNested)))
  }

  private func yaql(_ entry: Node.Entry) -> Expression.Kind? {
    guard members(entry, keys: ["expression", "data"], needed: ["expression"]) != nil,
      let text = entry.value["expression"]
    else { return nil }
    let expression = expression(text)
    if case .literal(let value) = expression.kind {
      guard let query = value.string else {
        fault("the `expression` of `yaql` must be a text, found \(value.kind)", text.place)
        return nil
      }
      do throws(YaqlFault) {
        _ = try YaqlParser.parse(query)
      } catch {
        scan.error("yaql", error.sentence(for: query), at: text.place, hint: error.hint)
        return nil
      }
    }
    let data = entry.value["data"].map(self.expression) ?? Expression(.map([]), at: entry.value.place)
    return .function(.heat(.yaql(expression: expression, data: data)))
  }

  private func logic(_ entry: Node.Entry) -> Expression.Kind? {
    switch entry.key {
    case "if": return choice(entry)
    case "equals": return arguments(entry, 2...2, "[value, value]").map { .function(.equals($0[0], $0[1])) }
    case "not": return .function(.not(condition(entry.value, code: "E8005")))
    case "and", "or":
      guard let nodes = nodes(entry, 2...Int.max, "two conditions or more") else { return nil }
      let operands = nodes.map { condition($0, code: entry.key == "and" ? "E8004" : "E8006") }
      return .function(entry.key == "and" ? .and(operands) : .or(operands))
    default: return nil
    }
  }

  private func choice(_ entry: Node.Entry) -> Expression.Kind? {
    let least = hot.version < .wallaby ? 3 : 2
    guard let nodes = nodes(entry, least...3, "[condition, value if true, value if false]") else {
      return nil
    }
    let name = conditionName(nodes[0], code: "E1028")
    let then = expression(nodes[1])
    let otherwise =
      nodes.count == 3 ? expression(nodes[2]) : Expression(.noValue, at: entry.value.place)
    return name.map { .function(.if(condition: $0, then: then, otherwise: otherwise)) }
  }

  /// The functions of CloudFormation that the first versions had.
  private func older(_ entry: Node.Entry) -> Expression.Kind? {
    switch entry.key {
    case "Fn::GetAZs": return .function(.getAZs(region: expression(entry.value)))
    case "Fn::Join":
      return arguments(entry, 2...2, "[separator, list]").map {
        .function(.heat(.joinLists(separator: $0[0], lists: [$0[1]])))
      }
    case "Fn::Split":
      return arguments(entry, 2...2, "[separator, text]").map {
        .function(.split(separator: $0[0], text: $0[1]))
      }
    case "Fn::Select":
      return arguments(entry, 2...2, "[key, list]").map {
        .function(.heat(.member(of: $0[1], path: [$0[0]], missing: .emptyText)))
      }
    case "Fn::Replace":
      return arguments(entry, 2...2, "[map, text]").map { .function(.replace(map: $0[0], text: $0[1])) }
    case "Fn::MemberListToMap":
      return arguments(entry, 3...3, "[key name, value name, list]").map {
        .function(.memberListToMap(key: $0[0], value: $0[1], members: $0[2]))
      }
    default: return nil
    }
  }

  // MARK: - Forms

  private func fault(_ message: String, _ place: Place, hint: String? = nil) {
    scan.error("invalid_function", message, at: place, hint: hint)
  }

  private func arguments(_ entry: Node.Entry, _ count: ClosedRange<Int>, _ form: String) -> [Expression]? {
    nodes(entry, count, form)?.map(expression)
  }

  private func nodes(_ entry: Node.Entry, _ count: ClosedRange<Int>, _ form: String) -> [Node]? {
    guard let items = entry.value.items else {
      fault("`\(entry.key)` needs \(form), found \(entry.value.kind)", entry.value.place)
      return nil
    }
    guard count.contains(items.count) else {
      let found = "\(items.count) \(items.count == 1 ? "item" : "items")"
      fault("`\(entry.key)` needs \(form), found \(found)", entry.value.place)
      return nil
    }
    return items
  }

  private func members(_ entry: Node.Entry, keys: [String], needed: [String]) -> [Node.Entry]? {
    guard let entries = entry.value.entries else {
      let form = "a map with \(keys.joined(separator: ", "))"
      fault("`\(entry.key)` needs \(form), found \(entry.value.kind)", entry.value.place)
      return nil
    }
    scan.check(entries, known: keys, in: "`\(entry.key)`", code: "invalid_function")
    let missing = needed.filter { key in !entries.contains { $0.key == key } }
    for key in missing { fault("`\(entry.key)` needs `\(key)`", entry.keyPlace, hint: "add `\(key):`") }
    return missing.isEmpty ? entries : nil
  }
}
