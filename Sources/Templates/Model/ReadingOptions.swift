package import Document

/// What a template is read with besides its text.
package struct ReadingOptions: Sendable {
  /// The parameters' values where they decide the template's form (loops over a parameter, policies by a
  /// parameter); nil when they aren't known, so that defaults stand in.
  package var parameters: [String: Value]?
  /// The texts of what the template includes, by location: see `TemplateReader.inclusions`.
  package var snippets: [String: Source]
  /// Why what the template includes can't be had, by location, as sentences: `a.yaml can't be read: …`.
  package var unreadable: [String: String] = [:]

  /// Whether properties are held against schemas; the linter does that itself, with more rules.
  package var checksProperties: Bool

  package init(
    parameters: [String: Value]? = nil, snippets: [String: Source] = [:], checksProperties: Bool = true
  ) {
    self.checksProperties = checksProperties
    self.parameters = parameters
    self.snippets = snippets
  }
}
