package import Document
package import OrderedCollections
package import Templates

/// What a stack is made from: a template's text and the values of its parameters.
package struct Blueprint: Sendable, Hashable {
  /// What the template is called in messages: its file's path, or the like.
  package let templateName: String
  package let templateText: String
  /// As they were given, without defaults; the secret ones are sealed in the journal.
  package let parameters: Properties

  package init(templateName: String, templateText: String, parameters: Properties) {
    self.templateName = templateName
    self.templateText = templateText
    self.parameters = parameters
  }

  package init(_ template: Template, parameters: OrderedDictionary<String, Value>) {
    templateName = template.source.name
    templateText = template.source.text
    let secret = parameters.keys.filter { template.parameters[$0]?.isSecret ?? false }
    self.parameters = Properties(parameters, secretNames: Set(secret))
  }
}
