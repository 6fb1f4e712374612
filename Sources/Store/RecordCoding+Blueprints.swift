import Document
import OrderedCollections
import Secrets
import StackEngine

extension RecordCoding {
  /// Takes the text of a stack's template, which the record that is encoded names by its digest.
  typealias Keep = (_ stack: String, _ digest: String, _ text: String) throws -> Void

  func encode(_ blueprint: Blueprint, of stack: String, _ keep: Keep) throws -> Value {
    let digest = digests.digest(of: blueprint.templateText)
    try keep(stack, digest, blueprint.templateText)
    var result: OrderedDictionary<String, Value> = [
      "name": .string(blueprint.templateName), "digest": .string(digest),
      "parameters": try encode(blueprint.parameters),
    ]
    if blueprint.isNested { result["isNested"] = true }
    if !blueprint.tags.isEmpty { result["tags"] = blueprint.tags.value }
    if !blueprint.files.isEmpty {
      let files = blueprint.files.sorted { $0.key < $1.key }
      result["files"] = .map(OrderedDictionary(uniqueKeysWithValues: files.map { ($0, .string($1)) }))
    }
    if !blueprint.environments.isEmpty {
      result["environments"] = .list(
        try blueprint.environments.map {
          ["name": .string($0.name), "sealed": .string(try seal.close($0.text))]
        })
    }
    return .map(result)
  }

  /// Reads a blueprint of a stack; older kilns have written the template's text itself.
  func blueprint(_ value: Value, of stack: String, _ texts: TemplateTexts) throws -> Blueprint {
    let name = try text(value, "name")
    let template =
      try value["text"]?.string ?? self.template(text(value, "digest"), of: stack, texts, called: name)
    var blueprint = Blueprint(
      templateName: name, templateText: template,
      parameters: try properties(value["parameters"] ?? .null))
    blueprint.isNested = value["isNested"]?.bool ?? false
    blueprint.tags = tags(value["tags"])
    for (address, text) in value["files"]?.map ?? [:] { blueprint.files[address] = text.string }
    blueprint.environments = try (value["environments"]?.list ?? []).map {
      Blueprint.EnvironmentText(name: try text($0, "name"), text: try seal.open(try text($0, "sealed")))
    }
    return blueprint
  }

  private func template(
    _ digest: String, of stack: String, _ texts: TemplateTexts, called name: String
  ) throws -> String {
    if let known = digests.text(of: digest) { return known }
    let text = try texts.text(stack, digest, called: name)
    digests.remember(text, digest)
    return text
  }
}
