import Document
import OrderedCollections
import Templates

/// The engine's way into the template language.
enum Language {
  static func template(
    of blueprint: Blueprint, _ reader: Engine.Reader
  ) throws(Diagnostics) -> Template {
    let source = Source(name: blueprint.templateName, text: blueprint.templateText)
    let reading = reader(source, try blueprint.surroundings())
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
  ///
  /// Those that are known `later` come with what they need.
  static func parameters(
    of template: Template, given: OrderedDictionary<String, Value>, later: [String: Set<String>] = [:]
  ) throws(Diagnostics) -> [String: Evaluated] {
    let given = Dictionary(uniqueKeysWithValues: given.map { ($0, $1) })
    let values = try template.parameterValues(given: given, later: Set(later.keys)).evaluated
    return values.merging(later.mapValues { .later(needs: $0) }) { $1 }
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

  // MARK: - Dynamic references

  /// What the template refers to by `{{resolve:…}}` and by stored parameters, as far as the texts are known.
  static func references(in template: Template, _ scope: StackScope) -> [DynamicReference] {
    var found: OrderedSet<DynamicReference> = []
    for definition in template.parameters.values where definition.isStored {
      if let reference = storedReference(definition, scope) { found.append(reference) }
    }
    for resource in template.resources.values {
      found.append(contentsOf: references(in: resource, of: template, scope))
    }
    found.append(contentsOf: references(inOutputsOf: template, scope))
    return Array(found)
  }

  static func references(inOutputsOf template: Template, _ scope: StackScope) -> [DynamicReference] {
    references(in: template.outputs.values.map(\.value), of: template, scope)
  }

  static func references(
    in resource: ResourceDefinition, of template: Template, _ scope: StackScope
  ) -> [DynamicReference] {
    references(
      in: Array(resource.properties.values) + [resource.metadata].compactMap(\.self), of: template, scope)
  }

  /// What can't be evaluated here is told where it is evaluated in earnest.
  private static func references(
    in expressions: [Expression], of template: Template, _ scope: StackScope
  ) -> [DynamicReference] {
    expressions.flatMap { (try? $0.dynamicReferences(in: scope, of: template)) ?? [] }
  }

  /// Puts the values that stored parameters (`AWS::SSM::Parameter::Value<…>`) name in the names' places.
  static func resolveStored(in template: Template, _ scope: inout StackScope) throws(Diagnostics) {
    for definition in template.parameters.values where definition.isStored {
      guard let reference = storedReference(definition, scope) else { continue }
      guard let value = scope.elsewhere.references[reference] else {
        throw Diagnostics(
          Diagnostic(
            "unresolved_reference",
            "the parameter `\(definition.name)` names a stored value, which nothing resolves",
            at: definition.place,
            hint: "kiln.stacks.resolver('ssm', function(name) … end) says where such values are"))
      }
      scope.parameters[definition.name] = value
    }
  }

  private static func storedReference(
    _ definition: ParameterDefinition, _ scope: StackScope
  ) -> DynamicReference? {
    guard case .known(let name, _)? = scope.parameters[definition.name], let text = name.scalarText else {
      return nil
    }
    return DynamicReference(inside: "ssm:\(text)")
  }
}
