import Document
import OrderedCollections

/// Reads the templates that a template is made of, each once.
final class NestedTemplates {
  private let files: TemplateFiles?
  private let environment: Environment?
  private let schemas: (any ResourceTypes)?
  private var readings: [String: Template?] = [:]
  /// The templates being read, outermost first.
  private var open: [String]
  private(set) var wishes: OrderedDictionary<String, FileWish> = [:]

  init(_ surroundings: TemplateSurroundings, root: String, schemas: (any ResourceTypes)?) {
    files = surroundings.files
    environment = surroundings.environment
    self.schemas = schemas
    open = [FileAddress.resolve(root, relativeTo: "")]
  }

  /// A file's text; nil when it isn't there, which is a wish or an error.
  func text(_ address: String, _ purpose: FileWish.Purpose, _ place: Place, _ scan: TemplateScan) -> String? {
    guard let files else { return nil }
    switch files[address] {
    case .text(let text): return text
    case .failed(let why): scan.error("unreadable_file", "\(address) \(why)", at: place)
    case nil: wishes[address] = wishes[address] ?? FileWish(address: address, purpose: purpose, place: place)
    }
    return nil
  }

  /// A nested template; nil when it can't be read or isn't loaded, which `scan` or the wishes then say.
  func template(_ address: String, _ place: Place, _ scan: TemplateScan) -> Template? {
    if let cycleStart = open.firstIndex(of: address) {
      let cycle = (open[cycleStart...] + [address]).joined(separator: " → ")
      scan.error(
        "template_cycle", "these templates contain each other: \(cycle)", at: place,
        hint: "a template can't be part of itself")
      return nil
    }
    guard open.count <= TemplateSurroundings.depthLimit else {
      scan.error(
        "too_deep", "more than \(TemplateSurroundings.depthLimit) templates stand inside each other",
        at: place, notes: open.dropFirst().map { .init("inside \($0)") })
      return nil
    }
    if let known = readings[address] { return known }
    guard let text = text(address, .template, place, scan) else { return nil }
    let template = read(Source(name: address, text: text), place, scan)
    readings[address] = template
    return template
  }

  private func read(_ source: Source, _ place: Place, _ scan: TemplateScan) -> Template? {
    open.append(source.name)
    defer { open.removeLast() }
    let reading: TemplateReading
    do throws(Diagnostics) {
      let inner = TemplateScan(schemas: schemas)
      inner.surroundings = TemplateSurroundings(files: files, environment: environment)
      let node = try DocumentReader.any(source)
      reading =
        node["heat_template_version"] == nil
        ? TemplateBody(inner).read(node, source) : HOTReader(inner, nested: self).read(node, source)
    } catch {
      reading = TemplateReading(template: nil, diagnostics: TemplateReader.asParseErrors(error.items, source))
    }
    for diagnostic in reading.diagnostics where diagnostic.severity == .error {
      scan.add(
        Diagnostic(
          .error, diagnostic.code, diagnostic.message, at: diagnostic.place, hint: diagnostic.hint,
          notes: diagnostic.notes + [.init("the template is used here", at: place)]))
    }
    return reading.template
  }
}

extension Template {
  /// The template as a resource type: its parameters are properties, its outputs attributes.
  package var schema: ResourceSchema {
    var properties: OrderedDictionary<String, ResourceSchema.Property> = [:]
    for parameter in parameters.values {
      properties[parameter.name] = ResourceSchema.Property(
        .json, isRequired: parameter.defaultValue == nil, updatesInPlace: !parameter.details.isImmutable,
        limits: parameter.allowedValues.map { ValueLimits(allowedValues: $0) })
    }
    return ResourceSchema(properties: properties, attributes: Array(outputs.keys) + ["resource.*"])
  }
}
