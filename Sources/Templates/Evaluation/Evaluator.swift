package import Document
import OrderedCollections

extension Expression {
  /// The expression's value, as far as the scope knows what it refers to.
  package func evaluate(in scope: any Scope, of template: Template) throws(Diagnostic) -> Evaluated {
    try Evaluator(scope, template).value(self)
  }
}

extension Template {
  /// Whether a condition holds; nil names none and holds.
  package func isIncluded(_ condition: String?, in scope: any Scope) throws(Diagnostic) -> Bool {
    guard let condition else { return true }
    return try Evaluator(scope, self).condition(condition)
  }

  /// Whether a resource is part of the stack.
  package func isIncluded(_ resource: ResourceDefinition, in scope: any Scope) throws(Diagnostic) -> Bool {
    try isIncluded(resource.condition, in: scope)
  }
}

/// Evaluates expressions of one template in one scope; a condition is worked out once.
final class Evaluator {
  let scope: any Scope
  let template: Template
  /// How many conditions may wait for each other, which keeps the stack of calls small.
  private static let depthLimit = 256

  private var conditions: [String: Bool] = [:]
  private var openConditions: Set<String> = []

  init(_ scope: any Scope, _ template: Template) {
    self.scope = scope
    self.template = template
  }

  func value(_ expression: Expression) throws(Diagnostic) -> Evaluated {
    switch expression.kind {
    case .literal(let value): return .known(value, isSecret: false)
    case .noValue: return .absent
    case .resource(let id): return scope.reference(id)
    case .attribute(let id, let name): return try attribute(name, id, expression.place)
    case .list(let items): return try list(items)
    case .map(let members): return try map(members)
    case .parameter(let name):
      if let value = scope.parameter(name) { return value }
      throw Diagnostic("missing_parameter", "the parameter `\(name)` has no value", at: expression.place)
    case .function(let function): return try FunctionEvaluator(self, expression.place).value(function)
    }
  }

  private func attribute(_ name: String, _ id: String, _ place: Place) throws(Diagnostic) -> Evaluated {
    do throws(Diagnostic) {
      return try scope.attribute(name, of: id)
    } catch {
      throw Diagnostic(
        error.severity, error.code, error.message, at: error.place ?? place, hint: error.hint,
        notes: error.notes)
    }
  }

  private func list(_ items: [Expression]) throws(Diagnostic) -> Evaluated {
    var gathered = Gathered()
    var values: [Value] = []
    for item in items {
      if let value = gathered.add(try value(item)) { values.append(value) }
    }
    return gathered.result(.list(values))
  }

  private func map(_ members: [(key: String, value: Expression)]) throws(Diagnostic) -> Evaluated {
    var gathered = Gathered()
    var values: OrderedDictionary<String, Value> = [:]
    for member in members {
      if let value = gathered.add(try value(member.value)) { values[member.key] = value }
    }
    return gathered.result(.map(values))
  }

  func condition(_ name: String) throws(Diagnostic) -> Bool {
    if let known = conditions[name] { return known }
    guard let expression = template.conditions[name] else {
      throw Diagnostic("E8002", "there is no condition `\(name)`")
    }
    guard openConditions.insert(name).inserted else {
      throw Diagnostic("E8007", "the condition `\(name)` needs itself", at: expression.place)
    }
    defer { openConditions.remove(name) }
    guard openConditions.count <= Self.depthLimit else {
      throw Diagnostic(
        "too_deep", "more than \(Self.depthLimit) conditions need each other in a row", at: expression.place)
    }
    guard case .known(.bool(let truth), _) = try value(expression) else {
      throw Diagnostic("E8001", "the condition `\(name)` isn't known yet", at: expression.place)
    }
    conditions[name] = truth
    return truth
  }
}

/// What the parts of a value have in common: a secret in one, or one that isn't known yet.
struct Gathered {
  private(set) var needs: Set<String> = []
  private(set) var isLater = false
  private(set) var isSecret = false

  /// The value of a part; nil when it isn't known or isn't there.
  mutating func add(_ part: Evaluated) -> Value? {
    switch part {
    case .known(let value, let secret):
      isSecret = isSecret || secret
      return value
    case .later(let others):
      isLater = true
      needs.formUnion(others)
      return nil
    case .absent: return nil
    }
  }

  func result(_ value: Value) -> Evaluated {
    isLater ? .later(needs: needs) : .known(value, isSecret: isSecret)
  }
}
