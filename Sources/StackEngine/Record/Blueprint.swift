package import Document
package import OrderedCollections
package import Secrets
package import Templates

/// What a stack is made from: a template's text and the values of its parameters.
package struct Blueprint: Sendable, Hashable {
  /// What the template is called in messages: its file's path, or the like.
  package let templateName: String
  package let templateText: String
  /// As they were given, without defaults; the secret ones are sealed in the journal.
  package let parameters: Properties
  /// What the stack, and what it has where the cloud keeps such a thing, is tagged with.
  package var tags = Tags()
  /// The texts of the files that the template names, by address.
  package var files: [String: String] = [:]
  /// The environment's files in their order; they may hold secrets.
  package var environments: [EnvironmentText] = []
  /// Whether it is part of another stack, whose parameters the environment has.
  package var isNested = false

  /// An environment file.
  package struct EnvironmentText: Sendable, Hashable {
    package let name: String
    package let text: Secret

    package init(name: String, text: Secret) {
      self.name = name
      self.text = text
    }
  }

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
    files = template.surroundings.files?.texts ?? [:]
    isNested = template.surroundings.isNested
    environments = (template.surroundings.environment?.sources ?? []).map {
      EnvironmentText(name: $0.name, text: Secret($0.text))
    }
  }

  /// What the template was read with.
  func surroundings() throws(Diagnostics) -> TemplateSurroundings {
    var result = TemplateSurroundings()
    result.isNested = isNested
    if !files.isEmpty {
      var loaded = TemplateFiles()
      for (address, text) in files { loaded.add(text, at: address) }
      result.files = loaded
    }
    if environments.isEmpty { return result }
    var read: [Environment] = []
    for item in environments {
      let reading = EnvironmentReader.read(Source(name: item.name, text: item.text.reveal()))
      guard let environment = reading.environment else { throw Diagnostics(reading.diagnostics) }
      read.append(environment)
    }
    result.environment = try Environment.merging(read)
    return result
  }
}
