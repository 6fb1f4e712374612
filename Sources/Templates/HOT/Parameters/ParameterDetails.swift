package import Document

/// What a parameter can say beyond its type, default and constraints.
package struct ParameterDetails: Sendable {
  package var label: String?
  package var tags: [String] = []
  /// Whether an update may not change it.
  package var isImmutable = false
  /// Constraints with a description of each; when there are any, they are all there are.
  package var constraints: [ParameterConstraint] = []
  /// What is said of the parts of a list or map, as written.
  package var schema: Value?

  package init() {}
}

/// A group of parameters that belong together, for people who fill them in.
package struct ParameterGroup: Sendable {
  package let label: String?
  package let description: String?
  package let parameters: [String]

  package init(label: String?, description: String?, parameters: [String]) {
    self.label = label
    self.description = description
    self.parameters = parameters
  }
}

/// Something that a parameter's value must hold to, with the sentence that says so to people.
package struct ParameterConstraint: Sendable {
  package enum Kind: Sendable {
    case length(ClosedRange<Int>)
    case range(ClosedRange<Double>)
    /// The value is `offset` more than a multiple of `step`.
    case modulo(step: Double, offset: Double)
    case allowedValues([Value])
    case allowedPattern(String)
    /// Something that only a cloud, or `CommonConstraint`, can tell, by name: `nova.flavor`.
    case custom(String)
  }

  package let kind: Kind
  package let description: String?
  package let place: Place

  package init(_ kind: Kind, description: String? = nil, at place: Place) {
    self.kind = kind
    self.description = description
    self.place = place
  }
}
