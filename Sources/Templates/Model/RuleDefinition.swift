package import Document

/// What a template asks of its parameters' values before anything is made.
package struct RuleDefinition: Sendable {
  package struct Assertion: Sendable {
    package let assert: Expression
    package let description: String?
    package let place: Place

    package init(assert: Expression, description: String?, place: Place) {
      self.assert = assert
      self.description = description
      self.place = place
    }
  }

  package let name: String
  /// When the assertions count; nil for always.
  package let condition: Expression?
  package let assertions: [Assertion]
  package let place: Place

  package init(name: String, condition: Expression?, assertions: [Assertion], place: Place) {
    self.name = name
    self.condition = condition
    self.assertions = assertions
    self.place = place
  }
}
