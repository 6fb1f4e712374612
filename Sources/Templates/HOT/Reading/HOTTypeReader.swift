import Document
import OrderedCollections

/// What the resources of a template are: types, or templates that stand for them.
struct HOTTypes {
  struct Meaning {
    /// The type after the environment's mapping.
    var type: String
    var address: String?
  }

  /// By logical ID.
  var meanings: OrderedDictionary<String, Meaning> = [:]
  var nested: OrderedDictionary<String, Template> = [:]
  /// The nested templates as types, by address.
  var schemas: [String: ResourceSchema] = [:]

  /// The properties and attributes of a resource, when they are known.
  func schema(of id: String, _ scan: TemplateScan) -> ResourceSchema? {
    guard let meaning = meanings[id] else { return nil }
    if let address = meaning.address { return schemas[address] }
    return scan.schemas?[meaning.type]
  }
}

/// Finds out what each resource's type means, by the environment and the files.
struct HOTTypeReader {
  private let hot: HOTScan
  private var scan: TemplateScan { hot.scan }

  init(_ hot: HOTScan) { self.hot = hot }

  func read(_ section: Node?) -> HOTTypes {
    var types = HOTTypes()
    for entry in section?.entries ?? [] {
      guard let node = entry.value["type"], let type = node.plainText else { continue }
      readMembers(of: type, entry.value["properties"], entry.key)
      let meaning = meaning(of: type, entry.key, node.place)
      types.meanings[entry.key] = meaning
      guard let address = meaning.address, types.nested[address] == nil else { continue }
      guard let template = hot.nested.template(address, node.place, scan) else { continue }
      types.nested[address] = template
      types.schemas[address] = template.schema
    }
    return types
  }

  /// Reads the templates that groups are made of, so that their files are there.
  private func readMembers(of type: String, _ properties: Node?, _ id: String) {
    let member: Node? =
      switch type {
      case "OS::Heat::ResourceGroup": properties?["resource_def"]?["type"]
      case "OS::Heat::AutoScalingGroup": properties?["resource"]?["type"]
      default: nil
      }
    for node in (member.map { [$0] } ?? []) + chained(type, properties) {
      guard let name = node.plainText, let address = meaning(of: name, id, node.place).address else {
        continue
      }
      _ = hot.nested.template(address, node.place, scan)
    }
  }

  private func chained(_ type: String, _ properties: Node?) -> [Node] {
    type == "OS::Heat::ResourceChain" ? properties?["resources"]?.items ?? [] : []
  }

  private func meaning(of type: String, _ id: String, _ place: Place) -> HOTTypes.Meaning {
    if let registry = scan.surroundings.environment?.registry {
      do throws(Diagnostic) {
        switch try registry.meaning(of: type, resource: id) {
        case .template(let address): return .init(type: type, address: address)
        case .type(let other) where other != type: return .init(type: other)
        case .type: break
        }
      } catch {
        scan.error(error.code, error.message, at: place, hint: error.hint, notes: error.notes)
      }
    }
    guard FileAddress.isTemplate(type) else { return .init(type: type) }
    return .init(type: type, address: FileAddress.resolve(type, relativeTo: hot.address))
  }
}

/// Holds resources against what is known of their types and templates.
struct HOTSchemaCheck {
  private let scan: TemplateScan
  private let types: HOTTypes

  init(_ scan: TemplateScan, _ types: HOTTypes) {
    self.scan = scan
    self.types = types
  }

  func check(_ resources: OrderedDictionary<String, ResourceDefinition>) {
    let schemas = scan.schemas
    let plain = resources.filter { types.meanings[$0.key]?.address == nil }
    if schemas != nil { SchemaReader(scan).check(plain) }
    for resource in resources.values {
      guard let address = resource.details.templateAddress, let template = types.nested[address] else {
        continue
      }
      check(resource, template)
    }
  }

  /// A nested template's parameters are its properties.
  private func check(_ resource: ResourceDefinition, _ template: Template) {
    for (name, value) in resource.properties where template.parameters[name] == nil {
      scan.error(
        "E3002", "\(template.source.name) has no parameter `\(name)`", at: value.place,
        hint: scan.suggestion(name, template.parameters.keys))
    }
    let defaults = scan.surroundings.environment?.parameterDefaults
    for parameter in template.parameters.values where parameter.defaultValue == nil {
      guard resource.properties[parameter.name] == nil, defaults?[parameter.name] == nil else { continue }
      scan.error(
        "E3003", "\(template.source.name) needs the parameter `\(parameter.name)`", at: resource.place,
        hint: "add `\(parameter.name):` to its properties",
        notes: [.init("the parameter", at: parameter.place)])
    }
  }
}
