package import Document

/// What reading a template gives: the template, when enough of it is right, and all that is to say about it.
package struct TemplateReading: Sendable {
  /// Nil when there is an error.
  package let template: Template?
  package let diagnostics: [Diagnostic]

  package init(template: Template?, diagnostics: [Diagnostic]) {
    self.template = template
    self.diagnostics = diagnostics
  }
}

/// Reads CloudFormation templates, JSON and YAML.
package enum TemplateReader {
  /// Reads a text; reports all problems at once, each with its place.
  package static func read(
    _ source: Source, schemas: (String) -> ResourceSchema? = { _ in nil }
  ) -> TemplateReading {
    do throws(Diagnostics) {
      return read(try DocumentReader.any(source), from: source, schemas: schemas)
    } catch {
      return TemplateReading(template: nil, diagnostics: error.items)
    }
  }

  /// Reads a tree that is there already, such as one that a Lua program made.
  package static func read(
    _ node: Node, from source: Source, schemas: (String) -> ResourceSchema? = { _ in nil }
  ) -> TemplateReading {
    TemplateReading(template: nil, diagnostics: [])
  }
}
