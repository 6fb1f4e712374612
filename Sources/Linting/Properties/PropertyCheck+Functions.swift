import Document
import OrderedCollections
import Templates

extension PropertyCheck {
  /// The rules that hold what functions give against what a property takes.
  static let resultRules = [
    "Ref": "W1030", "Fn::Sub": "W1031", "Fn::Join": "W1032", "Fn::Split": "W1033", "Fn::FindInMap": "W1034",
    "Fn::Select": "W1035", "Fn::GetAZs": "W1036",
  ]
  /// What is said of a parameter's own value, by the rule that says it of a property's, where `W1030` is off.
  static let parameterRules = ["E3030": "W2030", "E3031": "W2031", "E3034": "W3034"]

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

  private var oneItem: String {
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

  // MARK: - Attributes and references

  /// Types whose attributes are what another template makes of them.
  private static let openTypes: Set<String> = [
    "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack",
    "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
  ]

  /// A number or a boolean can't be where a text must be when `Fn::GetAtt` gives it.
  private func attribute(
    _ call: FunctionCall, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard !context.outline.isHeat, case .string = kind,
      let (id, name) = ReferenceReader.attribute(call.argument),
      let resource = context.outline.resource(id),
      let property = context.schema(resource.type)?.property(ofAttribute: name)
    else { return }
    if property.kind.isNumberOrBoolean {
      context.report(
        "E1010", at: position.place,
        "`\(position.name)` must be a text, `\(id).\(name)` is \(property.kind.words)")
    }
    if Self.openTypes.contains(resource.type) || resource.type == "AWS::SSM::Parameter" && name == "Value" {
      return
    }
    compare("E1040", "`\(id).\(name)`", property.limits, limits, resource, position)
  }

  /// A parameter that is a list can't be where one value must be, nor the other way round.
  private func parameter(_ call: FunctionCall, _ kind: ResourceSchema.Kind, _ position: Position) {
    guard let name = call.argument.scalar?.string, let parameter = context.outline.parameterIndex[name],
      let type = (parameter.value["Type"] ?? parameter.value["type"])?.scalar?.string
    else { return }
    let isList = type == "CommaDelimitedList" || type == "comma_delimited_list" || type.contains("List<")
    let wantsList: Bool
    switch kind {
    case .string, .integer, .number, .boolean: wantsList = false
    // A map can come as JSON, and so can a list from a parameter of Heat's.
    case .list where isList || ["String", "Number", "string", "number"].contains(type): wantsList = true
    default: return
    }
    guard isList != wantsList else { return }
    context.report(
      "E1020", at: position.place,
      "`\(position.name)` must be \(kind.words), the parameter `\(name)` is \(isList ? "a list" : "a text")",
      hint: isList
        ? oneItem
        : "give the parameter the type \(context.outline.isHeat ? "comma_delimited_list" : "CommaDelimitedList")",
      notes: [.init("the parameter", at: parameter.keyPlace)])
  }

  /// What `Ref` gives of a resource must be what the property takes.
  private func reference(
    _ call: FunctionCall, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) {
    guard case .string = kind, let limits, !limits.references.isEmpty, let id = call.argument.scalar?.string,
      let resource = context.outline.resource(id), resource.type.hasPrefix("AWS::"),
      !Self.openTypes.contains(resource.type), let schema = context.schema(resource.type),
      !schema.identifier.isEmpty
    else { return }
    let own = schema.identifier.count == 1 ? schema.property(ofAttribute: schema.identifier[0]) : nil
    var given = own?.limits
    if resource.type == "AWS::EC2::SecurityGroup" {
      let isInNetwork = resource.properties?["VpcId"] != nil
      given = ValueLimits(formats: ["AWS::EC2::SecurityGroup." + (isInNetwork ? "Id" : "Name")])
    }
    compare("E1041", "`Ref` of `\(id)`", given, limits, resource, position)
  }

  /// A network can't be where a subnet must be; types that can give several things aren't judged.
  private func heatReference(_ call: FunctionCall, _ limits: ValueLimits?, _ position: Position) {
    guard let wanted = limits?.formats.first, let id = call.argument.scalar?.string,
      let resource = context.outline.resource(id), let given = HeatLineage.things[resource.type],
      HeatLineage.things.values.contains(wanted), given != wanted
    else { return }
    context.report(
      "E1041", at: position.place,
      "`\(position.name)` must be \(HeatLineage.words(wanted)), `\(id)` is \(HeatLineage.words(given))",
      hint: HeatLineage.hint(from: given, to: wanted, id),
      notes: [.init("the resource", at: resource.entry.keyPlace)])
  }

  private func compare(
    _ rule: String, _ subject: String, _ given: ValueLimits?, _ limits: ValueLimits?,
    _ resource: Outline.Resource, _ position: Position
  ) {
    guard let wanted = limits?.references, !wanted.isEmpty else { return }
    let formats = given?.references ?? []
    if wanted.contains(where: formats.contains) { return }
    let known = formats.isEmpty ? "" : ", it is \(formats.map(ValueFormat.words).joined(separator: " or "))"
    context.report(
      rule, at: position.place,
      "`\(position.name)` must be \(wanted.map(ValueFormat.words).joined(separator: " or "))",
      hint: hint(resource, wanted) ?? "\(subject) isn't that\(known)",
      notes: [
        .init(
          "\(subject)\(formats.isEmpty ? " isn't that" : String(known.dropFirst()))",
          at: resource.entry.keyPlace)
      ])
  }

  /// The attribute of the same resource that has what is wanted.
  private func hint(_ resource: Outline.Resource, _ wanted: [String]) -> String? {
    guard let schema = context.schema(resource.type) else { return nil }
    let fitting = schema.attributes.filter { name in
      schema.property(ofAttribute: name)?.limits?.references.contains(where: wanted.contains) ?? false
    }
    // Of `Id` and `GroupId` the longer one says more.
    let name = fitting.max { $0.count < $1.count }
    return name.map { "`Fn::GetAtt` of `\(resource.id).\($0)` gives that" }
  }

  // MARK: - What functions give

  /// Whether anything but its kind is asked of a value.
  private static func isConstrained(_ kind: ResourceSchema.Kind, _ limits: ValueLimits?) -> Bool {
    switch kind {
    case .json: false
    case .string, .integer, .number, .boolean: limits?.isAboutText ?? false
    case .limited(let inner, let limits): isConstrained(inner, limits)
    case .list(let element), .mapOf(let element): isConstrained(element, nil)
    case .map: true
    }
  }

  private func results(
    _ call: FunctionCall, _ node: Node, _ rule: String, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?,
    _ position: Position
  ) {
    let place = node.tag == nil ? call.namePlace : position.key
    var wrong: [(PossibleValue, Diagnostic)] = []
    for item in context.outline.possibleValues.values(of: node, in: position.branch) {
      if item.value.list == nil, kind.isListOrMap { continue }
      if item.value.list != nil, !kind.isListOrMap { continue }
      let found = faults(
        item.value, kind, limits,
        Position(
          place: place, key: place, name: position.name, branch: position.branch))
      // One value that fits is enough where no parameter decides.
      if found.isEmpty, !item.isFromParameter { return }
      if let first = found.first { wrong.append((item, first)) }
    }
    for (item, fault) in wrong { report(item, fault, rule, call, place) }
  }

  /// What would be said of a value if it stood there.
  private func faults(
    _ value: Value, _ kind: ResourceSchema.Kind, _ limits: ValueLimits?, _ position: Position
  ) -> [Diagnostic] {
    let findings = Findings()
    let check = PropertyCheck(ofResultIn: context.collecting(findings))
    check.value(Node(value, at: position.place), kind, limits, position)
    return findings.items.filter { $0.code != "W1054" && $0.code != "ignored_property" }
  }

  private func report(
    _ item: PossibleValue, _ fault: Diagnostic, _ rule: String, _ call: FunctionCall, _ place: Place
  ) {
    // A parameter's own value is shown where it is written.
    guard let own = Self.parameterRules[fault.code], let origin = item.origin else {
      let notes = item.origin.map { [Diagnostic.Note("the value", at: $0)] } ?? []
      context.report(
        rule, at: place, "what `\(call.name)` gives doesn't fit: \(fault.message)", hint: fault.hint,
        notes: notes)
      return
    }
    let text = item.value.scalarText ?? item.value.jsonText()
    context.report(
      context.wants(rule) ? rule : own, at: origin,
      "`\(text)` doesn't fit where it is used: \(fault.message)",
      hint: fault.hint, notes: [.init("used here", at: place)])
  }
}

extension Node {
  /// A tree without places of its own.
  fileprivate convenience init(_ value: Value, at place: Place) {
    switch value {
    case .list(let items): self.init(.list(items.map { Node($0, at: place) }), place: place)
    default: self.init(.scalar(value), place: place)
    }
  }
}

extension ValueLimits {
  /// The formats one of which a reference must give.
  var references: [String] { formats + links }

  fileprivate var isAboutText: Bool {
    least != nil || most != nil || pattern != nil || allowedValues != nil || !formats.isEmpty
  }
}

extension ResourceSchema.Kind {
  fileprivate var isListOrMap: Bool {
    switch self {
    case .list, .map, .mapOf: true
    case .limited(let inner, _): inner.isListOrMap
    default: false
    }
  }
}
