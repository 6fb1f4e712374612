import Document
import OrderedCollections
import Templates

/// The engine's way into the template language.
enum Language {
  static func template(of blueprint: Blueprint) throws(Diagnostics) -> Template {
    throw Diagnostics(Diagnostic(.error, "unsupported", "no reader yet"))
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
    throw Diagnostic(.error, "unsupported", "no evaluation yet", at: expression.place)
  }

  static func holds(_ condition: String?, in template: Template, _ scope: StackScope) throws(Diagnostic) -> Bool {
    true
  }
}
