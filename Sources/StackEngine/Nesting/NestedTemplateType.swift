import Document
import OrderedCollections
import Secrets
import Templates

/// A template as a resource type: its parameters are properties, its outputs attributes, its resource a stack.
struct NestedTemplateType: NestingResource {
  let name: String
  /// Nil where only deletion is asked for.
  let template: Template?
  var schema: ResourceSchema { template?.schema ?? ResourceSchema() }
  let carriesStackTags = true

  func create(_ call: ResourceCall) async throws -> PhysicalResource { try await bring(call) }

  func update(_ resource: PhysicalResource, _ call: ResourceCall) async throws -> PhysicalResource {
    try await bring(call)
  }

  func delete(_ resource: PhysicalResource, _ call: ResourceCall) async throws {
    try await call.nested.delete(call.physicalName)
  }

  func remains(_ call: ResourceCall) async throws -> PhysicalResource? {
    try await call.nested.find(call.physicalName).map { PhysicalResource(nested: $0) }
  }

  func contents(_ call: ResourceCall) async throws -> NestedContents {
    guard let template else {
      throw EngineError(.operationFailed, "the template of \(call.logicalID) is missing")
    }
    return NestedContents(template: template, parameters: call.properties.values, source: nil)
  }

  private func bring(_ call: ResourceCall) async throws -> PhysicalResource {
    let contents = try await contents(call)
    _ = try await call.step("nested") { .string(call.physicalName) }
    let stack = try await call.nested.bring(
      call.physicalName, to: contents.template, parameters: contents.parameters, timeout: nil)
    return PhysicalResource(nested: stack)
  }
}

extension PhysicalResource {
  /// A stack as a resource of another: its outputs as attributes, in the words of both languages.
  package init(nested stack: StackRecord) {
    self.init(id: stack.identity.id, reference: .string(stack.identity.id))
    var outputs: OrderedDictionary<String, Value> = [:]
    for (name, output) in stack.outputs {
      switch output.content {
      case .plain(let value): outputs[name] = value
      case .secret(let secret):
        let text = secret.reveal()
        let isComposed = text.hasPrefix("{") || text.hasPrefix("[")
        outputs[name] = isComposed ? (try? Value.json(text)) ?? .string(text) : .string(text)
        secretAttributes.formUnion([name, "Outputs.\(name)", "outputs", "Outputs"])
      }
    }
    attributes = outputs
    for (name, value) in outputs { attributes["Outputs.\(name)"] = value }
    attributes["outputs"] = .map(outputs)
    attributes["stack_name"] = .string(stack.identity.name)
    for (id, resource) in stack.resources {
      guard let physical = resource.physical else { continue }
      let isSecret = !physical.secretAttributes.isEmpty
      attributes["resource.\(id)"] = physical.reference
      for (name, value) in physical.attributes where name != "show" {
        attributes["resource.\(id).\(name)"] = value
        if isSecret, physical.secretAttributes.contains(name) {
          secretAttributes.insert("resource.\(id).\(name)")
        }
      }
    }
    notes["nested"] = .string(stack.identity.name)
  }
}

extension ResourceCatalog {
  /// The type of a resource: the template that it stands for, or one of the catalog.
  func type(of definition: ResourceDefinition, in template: Template) throws(Diagnostic) -> any ResourceType {
    if let address = definition.details.templateAddress, let inner = template.details.nested[address] {
      return NestedTemplateType(name: definition.type, template: inner)
    }
    let type = try type(definition.type, at: definition.typePlace)
    return definition.details.externalID == nil ? type : ExternalType(base: type)
  }

  /// The type of a resource that is to be deleted, whose template may be read no more.
  func type(of record: ResourceRecord) throws(Diagnostic) -> any ResourceType {
    if let type = self[record.type] {
      return record.physical?.notes["external"] == nil ? type : ExternalType(base: type)
    }
    let isNested = record.physical?.notes["nested"] != nil || FileAddress.isTemplate(record.type)
    if isNested { return NestedTemplateType(name: record.type, template: nil) }
    return try type(record.type)
  }
}
