import Document
import OrderedCollections
import Templates

/// A resource as a template wants it, as far as it is known.
struct ResourceTarget {
  /// Never `absent`; what is known is in the schema's types.
  var properties: OrderedDictionary<String, Evaluated> = [:]
  var metadata: Evaluated = .absent
  /// The stack's tags.
  var tags = Tags()

  /// The properties, when all are known.
  var known: Properties? {
    var result = Properties()
    for (name, property) in properties {
      guard case .known(let value, let isSecret) = property else { return nil }
      result.values[name] = value
      if isSecret { result.secretNames.insert(name) }
    }
    return result
  }
}

/// Evaluates one resource's properties and metadata, and gathers all that is wrong with them.
struct ResourceEvaluation {
  private let definition: ResourceDefinition
  private let template: Template
  private(set) var problems: [Diagnostic] = []

  init(_ definition: ResourceDefinition, template: Template) {
    self.definition = definition
    self.template = template
  }

  /// What is wanted; `futureName` stands in metadata for resources that aren't there yet.
  mutating func target(
    _ schema: ResourceSchema, _ scope: StackScope, futureName: (@Sendable (String) -> String)? = nil
  ) -> ResourceTarget {
    var target = ResourceTarget()
    target.tags = scope.tags
    var given = definition.properties
    if let external = definition.details.externalID { given[ExternalType.property] = external }
    for (name, expression) in given {
      guard let value = evaluate(expression, scope) else { continue }
      switch value {
      case .absent: continue
      case .later where schema.properties[name]?.isImplemented == false: continue
      case .later: target.properties[name] = value
      case .known(let value, let isSecret):
        var check = SchemaCheck(owner: definition, isSecret: isSecret)
        let typed = check.property(name, value, expression, schema)
        problems += check.problems
        // Nothing is done with it, and so a change of it changes nothing either.
        if schema.properties[name]?.isImplemented == false { continue }
        target.properties[name] = .known(typed, isSecret: isSecret)
      }
    }
    var check = SchemaCheck(owner: definition)
    check.required(schema, given: target.properties.keys, failed: !problems.isEmpty)
    problems += check.problems
    if let metadata = definition.metadata {
      var scope = scope
      scope.futureName = futureName
      if let value = evaluate(metadata, scope) { target.metadata = value }
    }
    return target
  }

  private mutating func evaluate(_ expression: Expression, _ scope: StackScope) -> Evaluated? {
    do {
      return try Language.value(of: expression, in: template, scope)
    } catch {
      problems.append(error)
      return nil
    }
  }
}
