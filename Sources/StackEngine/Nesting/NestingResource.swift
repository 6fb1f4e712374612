package import Document
package import OrderedCollections
package import Templates

/// A type whose resources are stacks that a template describes, so that a plan can show what is done in them.
package protocol NestingResource: ResourceType {
  /// What the stack of a resource is made from; changes nothing.
  func contents(_ call: ResourceCall) async throws -> NestedContents
}

package struct NestedContents: Sendable {
  package let template: Template
  package let parameters: OrderedDictionary<String, Value>
  /// The property that has the parameters; nil when each is a property of its own.
  package let source: String?

  package init(template: Template, parameters: OrderedDictionary<String, Value>, source: String?) {
    self.template = template
    self.parameters = parameters
    self.source = source
  }
}
