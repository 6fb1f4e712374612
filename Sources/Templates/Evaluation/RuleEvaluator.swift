package import Document
import OrderedCollections

/// Evaluates the functions that only rules have.
struct RuleEvaluator {
  private let evaluator: Evaluator
  private let place: Place

  init(_ evaluator: Evaluator, _ place: Place) {
    self.evaluator = evaluator
    self.place = place
  }

  func value(_ rule: Expression.Rule) throws(Diagnostic) -> Evaluated {
    switch rule {
    case .refAll(let type): return values(of: type)
    case .valueOf(let parameter, let attribute):
      return attributeValue(attribute, parameter)
    case .valueOfAll(let type, let attribute):
      let all = parameters(of: type).map { attributeValue(attribute, $0) }
      return gather(all)
    case .contains(let list, let value):
      let (items, value) = (try items(list), try known(value))
      guard let items, let value else { return .later(needs: []) }
      return truth(items.contains { FunctionEvaluator.isEqual($0, value) })
    case .eachMemberEquals(let list, let value):
      let (items, value) = (try items(list), try known(value))
      guard let items, let value else { return .later(needs: []) }
      return truth(items.allSatisfy { FunctionEvaluator.isEqual($0, value) })
    case .eachMemberIn(let list, let others):
      let (items, others) = (try items(list), try items(others))
      guard let items, let others else { return .later(needs: []) }
      let known = Set(others)
      let texts = Set(others.compactMap(\.scalarText))
      return truth(
        items.allSatisfy { known.contains($0) || $0.scalarText.map { texts.contains($0) } ?? false })
    }
  }

  private func truth(_ truth: Bool) -> Evaluated { .known(.bool(truth), isSecret: false) }

  private func known(_ expression: Expression) throws(Diagnostic) -> Value? {
    if case .known(let value, _) = try evaluator.value(expression) { return value }
    return nil
  }

  /// The items of a list; a list of lists (as `Fn::ValueOfAll` of list parameters) is one list.
  private func items(_ expression: Expression) throws(Diagnostic) -> [Value]? {
    guard let value = try known(expression) else { return nil }
    guard let items = value.list else { return [value] }
    return items.flatMap { $0.list ?? [$0] }
  }

  private func parameters(of type: String) -> [String] {
    evaluator.template.parameters.values.filter { $0.type == type || $0.type == "List<\(type)>" }
      .map(\.name)
  }

  private func values(of type: String) -> Evaluated {
    gather(parameters(of: type).map { evaluator.scope.parameter($0) ?? .later(needs: []) })
  }

  private func gather(_ all: [Evaluated]) -> Evaluated {
    var gathered = Gathered()
    let values = all.compactMap { gathered.add($0) }
    return gathered.result(.list(values.flatMap { $0.list ?? [$0] }))
  }

  /// An attribute (`VpcId`, `Tags.Name`) of the thing that a parameter names, which only the cloud knows.
  private func attributeValue(_ attribute: String, _ parameter: String) -> Evaluated {
    evaluator.scope.attribute(attribute, ofParameter: parameter) ?? .later(needs: [])
  }
}

extension Template {
  /// What the values of the parameters break of the template's rules; one diagnostic for each assertion.
  ///
  /// An assertion that needs what the scope doesn't know (an attribute of a cloud's thing) isn't judged.
  package func brokenRules(in scope: any Scope) -> [Diagnostic] {
    let evaluator = Evaluator(scope, self)
    var broken: [Diagnostic] = []
    for rule in rules.values {
      if let condition = rule.condition, evaluator.truth(of: condition) != true { continue }
      for assertion in rule.assertions where evaluator.truth(of: assertion.assert) == false {
        let message = assertion.description ?? "an assertion of the rule `\(rule.name)` doesn't hold"
        broken.append(
          Diagnostic(
            "broken_rule", message, at: assertion.place, notes: [.init("the rule", at: rule.place)]))
      }
    }
    return broken
  }
}

extension Evaluator {
  /// Whether it is true; nil when that isn't known.
  fileprivate func truth(of expression: Expression) -> Bool? {
    guard case .known(.bool(let truth), _) = try? value(expression) else { return nil }
    return truth
  }
}

/// The parameters' values alone, for what is judged before there is a stack.
struct ParameterScope: Scope {
  let values: [String: Evaluated]

  func parameter(_ name: String) -> Evaluated? {
    values[name] ?? (TemplateScan.pseudoParameters.contains(name) ? .later(needs: []) : nil)
  }
  func reference(_ logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  func attribute(_ name: String, of logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  func zones(ofRegion region: String) -> [String] { [] }
  func export(_ name: String) -> Evaluated? { .later(needs: []) }
}
