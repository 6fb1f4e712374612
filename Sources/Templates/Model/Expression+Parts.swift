import Document
package import OrderedCollections

extension Expression {
  /// The logical ID that it names itself, as `Ref` or `Fn::GetAtt`.
  package var reference: String? {
    switch kind {
    case .resource(let id), .attribute(let id, _): id
    default: nil
    }
  }

  /// The logical IDs that it names anywhere inside.
  package var references: OrderedSet<String> {
    var result: OrderedSet<String> = []
    visit { if let id = $0.reference { result.append(id) } }
    return result
  }

  /// The conditions that it names anywhere inside.
  package var conditionNames: OrderedSet<String> {
    var result: OrderedSet<String> = []
    visit { expression in
      switch expression.kind {
      case .function(.if(let name, _, _)), .function(.condition(let name)): result.append(name)
      default: break
      }
    }
    return result
  }

  /// Calls for the expression and all in it, in the order of writing.
  package func visit(_ body: (Expression) -> Void) {
    body(self)
    for part in parts { part.visit(body) }
  }

  func first(where matches: (Expression) -> Bool) -> Expression? {
    if matches(self) { return self }
    for part in parts {
      if let found = part.first(where: matches) { return found }
    }
    return nil
  }

  /// The expressions directly inside.
  package var parts: [Expression] {
    switch kind {
    case .literal, .parameter, .resource, .attribute, .noValue: []
    case .list(let items): items
    case .map(let members): members.map(\.value)
    case .function(let function): function.parts
    }
  }
}

extension Expression.Function {
  /// The arguments that are expressions.
  package var parts: [Expression] {
    switch self {
    case .join(let separator, let items): [separator, items]
    case .sub(let parts): parts.compactMap { if case .value(let value) = $0 { value } else { nil } }
    case .split(let separator, let text): [separator, text]
    case .select(let key, let list): [key, list]
    case .base64(let text): [text]
    case .findInMap(let map, let first, let second, let fallback):
      [map, first, second] + (fallback.map { [$0] } ?? [])
    case .getAZs(let region): [region]
    case .cidr(let block, let count, let bits): [block, count, bits]
    case .importValue(let name): [name]
    case .if(_, let then, let otherwise): [then, otherwise]
    case .condition: []
    case .equals(let left, let right): [left, right]
    case .not(let operand): [operand]
    case .and(let operands), .or(let operands): operands
    case .replace(let map, let text): [map, text]
    case .memberListToMap(let key, let value, let members): [key, value, members]
    case .heat(let function): function.parts
    case .length(let list): [list]
    case .toJSONString(let value): [value]
    case .resolve(let text): [text]
    case .stackOutput(let stack, let output, let region, let role):
      [stack, output] + [region, role].compactMap(\.self)
    case .transform(_, let parameters): [parameters]
    case .rule(let rule): rule.parts
    }
  }
}

extension Expression.Rule {
  var parts: [Expression] {
    switch self {
    case .contains(let list, let value), .eachMemberEquals(let list, let value): [list, value]
    case .eachMemberIn(let list, let others): [list, others]
    case .refAll, .valueOf, .valueOfAll: []
    }
  }
}
