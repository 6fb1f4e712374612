import Document
import Templates

extension PropertyCheck {
  /// The rules that hold what functions give against what a property takes.
  static let resultRules = [
    "Ref": "W1030", "Fn::Sub": "W1031", "Fn::Join": "W1032", "Fn::Split": "W1033", "Fn::FindInMap": "W1034",
    "Fn::Select": "W1035", "Fn::GetAZs": "W1036",
  ]
  /// What is said of a parameter's own value, by the rule that says it of a property's, where `W1030` is off.
  static let parameterRules = ["E3030": "W2030", "E3031": "W2031", "E3034": "W3034"]

  /// Whether anything but its kind is asked of a value.
  static func isConstrained(_ kind: ResourceSchema.Kind, _ limits: ValueLimits?) -> Bool {
    switch kind {
    case .json: false
    case .string, .integer, .number, .boolean: limits?.isAboutText ?? false
    case .limited(let inner, let limits): isConstrained(inner, limits)
    case .list(let element), .mapOf(let element): isConstrained(element, nil)
    case .map: true
    }
  }

  func results(
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
      // One fault for each place: the parameter's value, and where it is used.
      let own = item.origin == nil ? nil : found.first { Self.parameterRules[$0.code] != nil }
      let other = found.first { item.origin == nil || Self.parameterRules[$0.code] == nil }
      wrong += [own, other].compactMap { $0 }.map { (item, $0) }
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
  var isListOrMap: Bool {
    switch self {
    case .list, .map, .mapOf: true
    case .limited(let inner, _): inner.isListOrMap
    default: false
    }
  }
}
