import Document
import OrderedCollections
import Templates

/// The engine's way into the template language.
enum Language {
  static func template(
    of blueprint: Blueprint, _ reader: Engine.Reader
  ) throws(Diagnostics) -> Template {
    let reading = reader(Source(name: blueprint.templateName, text: blueprint.templateText))
    guard let template = reading.template else { throw Diagnostics(reading.diagnostics) }
    return template
  }

  /// The values of a template's parameters: those given, checked, and defaults for the rest.
  static func parameters(
    of template: Template, given: OrderedDictionary<String, Value>
  ) throws(Diagnostics) -> [String: Evaluated] {
    var result: [String: Evaluated] = [:]
    for definition in template.parameters.values {
      if let value = given[definition.name] ?? definition.defaultValue {
        result[definition.name] = .known(value, isSecret: definition.isSecret)
      }
    }
    return result
  }

  static func value(
    of expression: Expression, in template: Template, _ scope: StackScope
  ) throws(Diagnostic) -> Evaluated {
    switch expression.kind {
    case .literal(let value): return .known(value, isSecret: false)
    case .parameter(let name): return scope.parameter(name) ?? .absent
    case .resource(let id): return scope.reference(id)
    case .attribute(let id, let name): return try scope.attribute(name, of: id)
    case .noValue: return .absent
    case .list(let items):
      return try gather(items.map { ("", $0) }, in: template, scope) { .list($0.map(\.1)) }
    case .map(let members):
      return try gather(members, in: template, scope) {
        .map(OrderedDictionary($0, uniquingKeysWith: { $1 }))
      }
    case .function:
      throw Diagnostic("unsupported", "no functions yet", at: expression.place)
    }
  }

  private static func gather(
    _ parts: [(String, Expression)], in template: Template, _ scope: StackScope,
    _ make: ([(String, Value)]) -> Value
  ) throws(Diagnostic) -> Evaluated {
    var known: [(String, Value)] = []
    var isSecret = false
    var needed: Set<String> = []
    for (key, part) in parts {
      switch try value(of: part, in: template, scope) {
      case .known(let value, let secret):
        known.append((key, value))
        isSecret = isSecret || secret
      case .later(let needs): needed.formUnion(needs)
      case .absent: continue
      }
    }
    return needed.isEmpty ? .known(make(known), isSecret: isSecret) : .later(needs: needed)
  }

  static func holds(
    _ condition: String?, in template: Template, _ scope: StackScope
  ) throws(Diagnostic) -> Bool {
    guard let condition, let expression = template.conditions[condition] else { return true }
    guard case .known(let value, _) = try value(of: expression, in: template, scope) else { return false }
    return value.bool ?? false
  }
}
