package import Document
package import Templates

/// Says all that is wrong or doubtful in templates.
package struct Linter: Sendable {
  private let schemas: @Sendable (String) -> ResourceSchema?

  /// A linter that knows the types for which `schemas` has an answer.
  package init(schemas: @escaping @Sendable (String) -> ResourceSchema?) { self.schemas = schemas }

  /// Reads a template and checks it; the diagnostics are in the order of their places.
  package func lint(_ source: Source) -> [Diagnostic] {
    TemplateReader.read(source, schemas: schemas).diagnostics
  }
}
