package import OrderedCollections

/// What a template has beyond its sections: groups of its parameters, and the templates that it is made of.
package struct TemplateDetails: Sendable {
  package var parameterGroups: [ParameterGroup] = []
  /// The templates that resources stand for, by their address.
  package var nested: OrderedDictionary<String, Template> = [:]

  package init() {}
}

/// What a resource can say beyond type, properties and policies.
package struct ResourceDetails: Sendable {
  package var description: String?
  /// The id of something that is there already and is taken as it is.
  package var externalID: Expression?
  /// The address of the template that it stands for, in the template's `details.nested`.
  package var templateAddress: String?
  /// The type as written, when an environment maps it to another.
  package var writtenType: String?

  package init() {}

  var isEmpty: Bool {
    description == nil && externalID == nil && templateAddress == nil && writtenType == nil
  }
}

extension Template {
  /// The template as part of another's stack, whose parameters the environment has.
  package func asNested() -> Template {
    var template = self
    template.surroundings.isNested = true
    return template
  }
}
