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

  /// The template in the form that the parameters give it: loops and policies may depend on them.
  static func form(
    of template: Template, given: OrderedDictionary<String, Value>
  ) throws(Diagnostics) -> Template {
    try template.expanded(with: Dictionary(uniqueKeysWithValues: given.map { ($0, $1) }))
  }

  /// The values of a template's parameters: those given, checked, and defaults for the rest.
  static func parameters(
    of template: Template, given: OrderedDictionary<String, Value>
  ) throws(Diagnostics) -> [String: Evaluated] {
    let given = Dictionary(uniqueKeysWithValues: given.map { ($0, $1) })
    return try template.parameterValues(given: given).evaluated
  }

  static func value(
    of expression: Expression, in template: Template, _ scope: StackScope
  ) throws(Diagnostic) -> Evaluated {
    try expression.evaluate(in: scope, of: template)
  }

  static func holds(
    _ condition: String?, in template: Template, _ scope: StackScope
  ) throws(Diagnostic) -> Bool {
    try template.isIncluded(condition, in: scope)
  }
}
