package import Document
package import OrderedCollections

/// A template of any supported language, read and checked: what plans, linters, diffs and writers work on.
package struct Template: Sendable {
  /// The text that it was read from, or the JSON of a tree that a program made.
  package let source: Source
  /// Whether it is in Heat's own language; CloudFormation's otherwise.
  package let isHeat: Bool
  /// Where it stands as a whole.
  package let place: Place
  /// The tree, where it can't be read from the text again: a program made it.
  private let tree: Node?
  package let description: String?
  package let parameters: OrderedDictionary<String, ParameterDefinition>
  /// Map name → top-level key → second-level key → value.
  package let mappings: OrderedDictionary<String, OrderedDictionary<String, OrderedDictionary<String, Value>>>
  package let conditions: OrderedDictionary<String, Expression>
  package let resources: OrderedDictionary<String, ResourceDefinition>
  package let outputs: OrderedDictionary<String, OutputDefinition>
  package let metadata: Value?
  /// What the parameters' values must fulfil.
  package internal(set) var rules: OrderedDictionary<String, RuleDefinition> = [:]
  /// The macros that must change the template before it can be launched, none of which kiln has.
  package internal(set) var openTransforms: [String] = []
  /// The parameters on whose values the template's form depends: see `expanded`.
  package internal(set) var formParameters: OrderedSet<String> = []
  /// What it was read with.
  package internal(set) var options = ReadingOptions()
  /// The files and the environment that it was read with.
  package internal(set) var surroundings = TemplateSurroundings()
  package let details: TemplateDetails

  package init(
    source: Source, document: Node, description: String? = nil,
    parameters: OrderedDictionary<String, ParameterDefinition> = [:],
    mappings: OrderedDictionary<String, OrderedDictionary<String, OrderedDictionary<String, Value>>> = [:],
    conditions: OrderedDictionary<String, Expression> = [:],
    resources: OrderedDictionary<String, ResourceDefinition> = [:],
    outputs: OrderedDictionary<String, OutputDefinition> = [:], metadata: Value? = nil,
    details: TemplateDetails = TemplateDetails()
  ) {
    self.source = source
    isHeat = document.entry("heat_template_version") != nil
    place = document.place
    // A tree takes more room than all that is made of it, and only writers want it.
    tree = place.source === source ? nil : document
    self.description = description
    self.parameters = parameters
    self.mappings = mappings
    self.conditions = conditions
    self.resources = resources
    self.outputs = outputs
    self.metadata = metadata
    self.details = details
  }

  /// The whole tree that it was read from, short tags included; read from the text anew each time.
  package func document() -> Node {
    // What was read once can be read again.
    tree ?? (try? DocumentReader.any(source)) ?? Node(.map([]), place: place)
  }
}

package struct OutputDefinition: Sendable {
  package let name: String
  package let description: String?
  package let value: Expression
  package let exportName: Expression?
  package let condition: String?
  package let place: Place

  package init(
    name: String, description: String? = nil, value: Expression, exportName: Expression? = nil,
    condition: String? = nil, place: Place
  ) {
    self.name = name
    self.description = description
    self.value = value
    self.exportName = exportName
    self.condition = condition
    self.place = place
  }
}

package struct ParameterDefinition: Sendable {
  package let name: String
  /// The type as written, such as `String`, `List<Number>` or `AWS::EC2::KeyPair::KeyName`.
  package let type: String
  package let description: String?
  package let defaultValue: Value?
  package let isSecret: Bool
  package let allowedValues: [Value]?
  package let allowedPattern: String?
  package let constraintDescription: String?
  package let length: ClosedRange<Int>?
  package let range: ClosedRange<Double>?
  package let details: ParameterDetails
  package let place: Place

  package init(
    name: String, type: String, description: String? = nil, defaultValue: Value? = nil,
    isSecret: Bool = false, allowedValues: [Value]? = nil, allowedPattern: String? = nil,
    constraintDescription: String? = nil, length: ClosedRange<Int>? = nil,
    range: ClosedRange<Double>? = nil, details: ParameterDetails = ParameterDetails(), place: Place
  ) {
    self.name = name
    self.type = type
    self.description = description
    self.defaultValue = defaultValue
    self.isSecret = isSecret
    self.allowedValues = allowedValues
    self.allowedPattern = allowedPattern
    self.constraintDescription = constraintDescription
    self.length = length
    self.range = range
    self.details = details
    self.place = place
  }
}
