import Document
import OrderedCollections
import Templates

extension PropertyCheck {
  func function(
    _ call: FunctionCall, _ node: Node, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?,
    _ position: Position
  ) {
    if call.name == "Fn::If", let items = call.argument.items, items.count == 3,
      let condition = items[0].scalar?.string, context.outline.conditionNames.contains(condition)
    {
      choice(condition, items, kind, limits, position)
      return
    }
    if let (rule, given) = Self.given[call.name], !Self.can(given, be: kind, limits) {
      context.report(
        rule, at: position.place,
        "`\(position.name)` must be \(kind.words), `\(call.name)` gives \(given.words)",
        hint: given == .list && !kind.isListOrMap ? oneItem : nil)
      return
    }
    switch call.name {
    case "Fn::GetAtt": attribute(call, kind, limits, position)
    case "Ref":
      parameter(call, kind, position)
      if context.outline.isHeat {
        heatReference(call, limits, position)
      } else {
        reference(call, kind, limits, position)
      }
    default: break
    }
    if let rule = Self.resultRules[call.name], Self.isConstrained(kind, limits) {
      results(call, node, rule, kind, limits, position)
    }
  }

  // MARK: - Kinds

  /// What a function can give.
  private enum Given {
    case text, number, list
    /// A text, number or truth.
    case scalar
    /// Anything but a map.
    case cell

    var words: String {
      switch self {
      case .text: "a text"
      case .number: "a number"
      case .list: "a list"
      case .scalar: "a text or a number"
      case .cell: "no map"
      }
    }
  }

  /// What functions give that don't give everything, and the rule that says so.
  private static let given: [String: (rule: String, given: Given)] = [
    "Fn::Base64": ("E1021", .text), "Fn::Cidr": ("E1024", .list), "Fn::FindInMap": ("E1011", .cell),
    "Fn::GetAZs": ("E1015", .list), "Fn::GetStackOutput": ("E1033", .scalar),
    "Fn::ImportValue": ("E1016", .scalar), "Fn::Join": ("E1022", .text), "Fn::Length": ("E1030", .number),
    "Fn::Split": ("E1018", .list), "Fn::Sub": ("E1019", .text), "Fn::ToJsonString": ("E1031", .text),
    "list_join": ("E3012", .text), "str_replace": ("E3012", .text), "str_replace_strict": ("E3012", .text),
    "str_replace_vstrict": ("E3012", .text), "str_split": ("E3012", .list), "digest": ("E3012", .text),
    "make_url": ("E3012", .text), "list_concat": ("E3012", .list), "list_concat_unique": ("E3012", .list),
    "filter": ("E3012", .list),
  ]

  private static func can(_ given: Given, be kind: ResourceSchema.Kind, _ limits: ValueLimits?) -> Bool {
    switch kind {
    case .json: true
    case .limited(let inner, let limits): can(given, be: inner, limits)
    case .string, .integer, .number, .boolean: given != .list
    case .list: given == .list || given == .cell
    case .map, .mapOf: limits?.acceptsText == true && given != .list
    }
  }

  var oneItem: String {
    context.outline.isHeat ? "take one item by its index" : "take one item by `Fn::Select`"
  }

  private func choice(
    _ condition: String, _ items: [Node], _ kind: ResourceSchema.Kind, _ limits: ValueLimits?,
    _ position: Position
  ) {
    for (index, truth) in [(1, true), (2, false)] {
      let branch = Outline.Branch(condition, truth, position.branch)
      guard context.outline.isReachable(branch) else { continue }
      value(
        items[index], kind, limits,
        Position(place: items[index].place, key: position.key, name: position.name, branch: branch))
    }
  }
}
