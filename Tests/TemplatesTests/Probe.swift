import Document
import OrderedCollections
import Templates

/// Does all that can be done with a text that anyone may have written; what should never happen is told.
///
/// `scripts/fuzz` calls it with millions of texts, the tests with those that once broke something.
enum Probe {
  /// What is wrong with kiln, not with the text: nil when nothing is.
  static func fault(_ bytes: [UInt8]) -> String? {
    guard let source = try? Source(name: "probe", bytes: bytes) else { return nil }
    for item in EnvironmentReader.read(source).diagnostics { _ = item.rendered() }
    return documentFault(source) ?? templateFault(source)
  }

  private static func documentFault(_ source: Source) -> String? {
    do throws(Diagnostics) {
      let node = try DocumentReader.any(source)
      if let fault = valueFault(node.value) { return fault }
      if TemplateFormatter.language(of: source) == .yaml, let fault = try yamlFault(source, node) {
        return fault
      }
    } catch {
      if error.items.isEmpty { return "an error without a diagnostic" }
      for item in error.items where item.rendered().isEmpty { return "an empty diagnostic" }
    }
    for functions in TemplateFormatter.Functions.allCases {
      for language in TemplateFormatter.Language.allCases {
        do throws(Diagnostics) {
          _ = try TemplateFormatter.convert(source, to: language, functions: functions)
        } catch {
          if error.items.contains(where: { $0.code == "not_written" }) { return "\(language) \(functions)" }
        }
      }
    }
    return nil
  }

  private static func valueFault(_ value: Value) -> String? {
    let yaml = try? DocumentReader.yaml(Source(name: "yaml", text: value.yamlText())).value
    if yaml != value { return "a value isn't the same after writing it as YAML" }
    let json = try? Value.json(value.jsonText(indent: 2))
    return json == value ? nil : "a value isn't the same after writing it as JSON"
  }

  private static func yamlFault(_ source: Source, _ node: Node) throws(Diagnostics) -> String? {
    let tree = try DocumentReader.yamlTree(source)
    let text = tree.text
    let again = Source(name: "again", text: text)
    guard let second = try? DocumentReader.yamlTree(again), let read = try? DocumentReader.yaml(again) else {
      return "what was written anew can't be read"
    }
    if read.value != node.value { return "a text says something else after writing it anew" }
    if second.comments.sorted() != tree.comments.sorted() { return "comments are lost" }
    return second.text == text ? nil : "a text written anew twice isn't the same"
  }

  private static func templateFault(_ source: Source) -> String? {
    let reading = TemplateReader.read(source)
    for item in reading.diagnostics { _ = item.rendered() }
    guard let template = reading.template else {
      return reading.diagnostics.contains { $0.severity == .error } ? nil : "neither a template nor an error"
    }
    _ = (template.drawing.treeText, template.drawing.dotText, template.drawing.svgText)
    let scope = ProbeScope()
    for resource in template.resources.values {
      _ = try? template.isIncluded(resource, in: scope)
      for property in resource.properties.values { _ = try? property.evaluate(in: scope, of: template) }
    }
    for output in template.outputs.values {
      _ = try? output.value.evaluate(in: scope, of: template)
      _ = try? output.value.dynamicReferences(in: scope, of: template)
    }
    if let values = try? template.parameterValues(given: [:]) { _ = template.customConstraints(for: values) }
    _ = try? template.expanded(with: [:])
    _ = template.luaText { _ in true }
    return writingFault(template)
  }

  /// Heat's own language is read again as it was written.
  private static func writingFault(_ template: Template) -> String? {
    let (text, diagnostics) = template.hotText()
    for item in diagnostics { _ = item.rendered() }
    guard let node = try? DocumentReader.yaml(Source(name: "heat", text: text)) else {
      return "what was written as HOT can't be read"
    }
    return node["heat_template_version"] == nil ? "what was written as HOT says no version" : nil
  }
}

/// A world in which everything has the same value.
private struct ProbeScope: Scope {
  func parameter(_ name: String) -> Evaluated? { .known("10.0.0.0/16", isSecret: false) }
  func reference(_ logicalID: String) -> Evaluated { .known(.string(logicalID), isSecret: false) }
  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated {
    .known(.string(name), isSecret: false)
  }
  func zones(ofRegion region: String) -> [String] { ["nova"] }
  func export(_ name: String) -> Evaluated? { .known("x", isSecret: false) }
}
