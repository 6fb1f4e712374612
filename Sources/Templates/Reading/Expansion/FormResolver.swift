package import Document
import OrderedCollections

/// Works out what a template's form depends on (a loop's collection, a computed name) from the parameters.
final class FormResolver {
  private let parameters: OrderedDictionary<String, ParameterDefinition>
  private let given: [String: Value]?
  private let template: Template
  private let names: OrderedSet<String>
  /// The parameters that it asked for.
  private(set) var used: OrderedSet<String> = []

  /// Whether the parameters' values aren't known yet.
  var isProvisional: Bool { given == nil }

  init(_ node: Node, _ source: Source, given: [String: Value]?) {
    let quiet = TemplateScan(schemas: nil)
    quiet.mute()
    parameters = node["Parameters"].map { ParameterReader(quiet).read($0) } ?? [:]
    names = OrderedSet(parameters.keys)
    let mappings = node["Mappings"].map { MappingReader(quiet).read($0) } ?? [:]
    quiet.conditionNames = OrderedSet((node["Conditions"]?.entries ?? []).map(\.key))
    quiet.parameterNames = names
    quiet.mappingNames = OrderedSet(mappings.keys)
    quiet.hasExtensions = true
    let conditions = node["Conditions"].map { ConditionReader(quiet).read($0) } ?? [:]
    template = Template(
      source: source, document: node, parameters: parameters, mappings: mappings, conditions: conditions)
    self.given = given
  }

  /// The value of a node; nil when it depends on what isn't known before there is a stack.
  func value(of node: Node) -> Value? {
    let scan = TemplateScan(schemas: nil)
    scan.mute()
    scan.parameterNames = names
    scan.parameters = parameters
    scan.mappingNames = OrderedSet(template.mappings.keys)
    scan.mappings = template.mappings
    scan.conditionNames = OrderedSet(template.conditions.keys)
    scan.hasExtensions = true
    let expression = ExpressionReader(scan).expression(node)
    var values: [String: Evaluated] = [:]
    for name in expression.parameterNames.union(conditionParameters(expression)) {
      if names.contains(name) { used.append(name) }
      values[name] = value(ofParameter: name).map { .known($0, isSecret: false) } ?? .later(needs: [])
    }
    guard
      case .known(let value, _)? = try? expression.evaluate(in: ParameterScope(values: values), of: template)
    else { return nil }
    return value
  }

  private func conditionParameters(_ expression: Expression) -> OrderedSet<String> {
    if expression.conditionNames.isEmpty { return [] }
    var found: OrderedSet<String> = []
    for condition in template.conditions.values { found.formUnion(condition.parameterNames) }
    return found
  }

  /// The given value, the default, or while none is known the first that is allowed.
  private func value(ofParameter name: String) -> Value? {
    guard let definition = parameters[name] else { return nil }
    let value =
      given?[name] ?? definition.defaultValue ?? (isProvisional ? definition.allowedValues?.first : nil)
    return value.flatMap { try? definition.check($0) }
  }
}

extension Expression {
  /// The parameters that it names anywhere inside.
  var parameterNames: OrderedSet<String> {
    var result: OrderedSet<String> = []
    visit { if case .parameter(let name) = $0.kind { result.append(name) } }
    return result
  }
}

extension Template {
  /// The template in the form that these values of its parameters give it.
  ///
  /// Only where `formParameters` has names is it read again; else it is this one.
  package func expanded(with parameters: [String: Value]) throws(Diagnostics) -> Template {
    if formParameters.isEmpty { return self }
    var options = options
    options.parameters = (surroundings.environment?.values ?? [:]).merging(parameters) { $1 }
    let scan = TemplateScan(schemas: nil)
    scan.surroundings = surroundings
    let reading = TemplateBody(scan, options).read(document(), source)
    guard var template = reading.template else { throw Diagnostics(reading.diagnostics) }
    template.surroundings = surroundings
    return template
  }
}
