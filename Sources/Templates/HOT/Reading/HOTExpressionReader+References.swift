import Document
import OrderedCollections

extension HOTExpressionReader {
  static let pseudoParameters: OrderedSet<String> = [
    "OS::stack_id", "OS::stack_name", "OS::project_id", "OS::region",
  ]

  private func nothing(_ node: Node) -> Expression { Expression(.literal(.null), at: node.place) }

  /// `get_param: name`, or `[name, path…]`.
  func parameter(_ argument: Node, _ node: Node) -> Expression {
    guard let first = argument.items == nil ? argument : argument.items?.first,
      let name = scan.text(of: first, "the parameter's name", code: "E1020")
    else {
      if argument.items?.isEmpty == true {
        scan.error("E1020", "`get_param` needs a parameter's name", at: argument.place)
      }
      return nothing(node)
    }
    guard Self.pseudoParameters.contains(name) || scan.parameterNames.contains(name) else {
      let names = Array(scan.parameterNames) + Self.pseudoParameters
      var hint = scan.suggestion(name, names)
      if hint == nil, scan.resourceTypes[name] != nil { hint = "`\(name)` is a resource: use get_resource" }
      scan.error("E1020", "there is no parameter `\(name)`", at: first.place, hint: hint)
      return nothing(node)
    }
    scan.usedParameters.insert(name)
    let parameter = Expression(.parameter(name), at: node.place)
    let path = (argument.items ?? []).dropFirst().map(expression)
    if path.isEmpty { return parameter }
    if let type = scan.parameters[name]?.type, ["Number", "Boolean"].contains(type) {
      scan.error("E1020", "`\(name)` is a \(type.lowercased()) and has nothing inside", at: path[0].place)
    }
    return Expression(
      .function(.heat(.member(of: parameter, path: path, missing: .emptyText))), at: node.place)
  }

  func resource(_ argument: Node, _ node: Node) -> Expression {
    guard let name = scan.text(of: argument, "the resource's name", code: "E1020"),
      let id = known(name, argument.place, code: "E1020")
    else { return nothing(node) }
    return Expression(.resource(id), at: node.place)
  }

  private func known(_ name: String, _ place: Place, code: String) -> String? {
    if scan.resourceTypes[name] != nil { return name }
    var hint = scan.suggestion(name, scan.resourceTypes.keys)
    if hint == nil, scan.parameterNames.contains(name) { hint = "`\(name)` is a parameter: use get_param" }
    scan.error(code, "there is no resource `\(name)`", at: place, hint: hint)
    return nil
  }

  /// `Ref` of the first version: a parameter or a resource.
  func reference(_ argument: Node, _ node: Node) -> Expression {
    if let name = argument.plainText, scan.resourceTypes[name] != nil { return resource(argument, node) }
    return parameter(argument, node)
  }

  /// `get_attr: [resource, attribute, path…]`; without attribute all of them.
  func attribute(_ argument: Node, _ node: Node) -> Expression {
    guard let items = argument.items, argument.tag == nil, let first = items.first else {
      scan.error(
        "E1010", "`get_attr` needs [resource, attribute, path …], found \(argument.kind)", at: argument.place,
        hint: "write `[resource, attribute]`")
      return nothing(node)
    }
    guard let name = scan.text(of: first, "the resource's name", code: "E1010"),
      let id = known(name, first.place, code: "E1010")
    else { return nothing(node) }
    guard items.count > 1 else { return allAttributes(id, argument, node) }
    let attribute: Expression
    if let name = items[1].plainText {
      check(name, id, items[1].place)
      attribute = Expression(.attribute(logicalID: id, name: name), at: node.place)
    } else {
      let owner = Expression(.resource(id), at: first.place)
      attribute = Expression(
        .function(.heat(.attribute(of: owner, name: expression(items[1])))), at: node.place)
    }
    let path = items.dropFirst(2).map(expression)
    if path.isEmpty { return attribute }
    return Expression(.function(.heat(.member(of: attribute, path: path, missing: .null))), at: node.place)
  }

  private func allAttributes(_ id: String, _ argument: Node, _ node: Node) -> Expression {
    if hot.version < .liberty {
      scan.error(
        "hot_version", "`get_attr` without an attribute came with \(HOTVersion.liberty.words)",
        at: argument.place, hint: "write `[\(id), attribute]`")
    }
    let owner = Expression(.resource(id), at: argument.place)
    return Expression(.function(.heat(.attributes(of: owner))), at: node.place)
  }

  /// Groups and nested stacks have `resource.…` for what is in them.
  private func check(_ name: String, _ id: String, _ place: Place) {
    let owner = types.meanings[id]?.address ?? types.meanings[id]?.type ?? id
    guard let schema = types.schema(of: id, scan), !schema.hasAttribute(name, of: owner), name != "show",
      !name.hasPrefix("resource."), !name.hasPrefix("outputs")
    else { return }
    scan.error(
      "E1010", "\(owner) has no attribute `\(name)`", at: place,
      hint: scan.suggestion(name, schema.attributes)
        ?? (schema.attributes.isEmpty ? nil : "it has \(schema.attributes.joined(separator: ", "))"))
  }

  /// `get_file: path`, relative to this file.
  func file(_ argument: Node, _ node: Node) -> Expression {
    guard let name = scan.text(of: argument, "the file's name", code: "invalid_function") else {
      return nothing(node)
    }
    let address = FileAddress.resolve(name, relativeTo: hot.address)
    let text = hot.nested.text(address, .text, argument.place, scan)
    return Expression(.function(.heat(.file(name: name, text: text))), at: node.place)
  }

  func facade(_ argument: Node, _ node: Node) -> Expression {
    guard let text = scan.text(of: argument, "what to ask of the resource", code: "invalid_function") else {
      return nothing(node)
    }
    let names = HeatFunction.Facade.allCases.map(\.rawValue)
    let older = [
      "Metadata": "metadata", "DeletionPolicy": "deletion_policy", "UpdatePolicy": "update_policy",
    ]
    guard let facade = HeatFunction.Facade(rawValue: older[text] ?? text) else {
      scan.error(
        "invalid_function", "`resource_facade` can't give `\(text)`", at: argument.place,
        hint: scan.suggestion(text, names) ?? "it can give \(names.joined(separator: ", "))")
      return nothing(node)
    }
    return Expression(.function(.heat(.facade(facade))), at: node.place)
  }
}
