package import Document
package import Templates

/// What a rule sees when it is called, and how it says what it found.
package struct RuleContext {
  let outline: Outline
  private let findings: Findings
  let rule: Rule
  /// The part that the rule is called for; the root for a rule that looks at the whole.
  package let part: Part

  init(_ outline: Outline, _ findings: Findings, _ rule: Rule, _ part: Part) {
    self.outline = outline
    self.findings = findings
    self.rule = rule
    self.part = part
  }

  /// The same, but what is found is put elsewhere.
  func collecting(_ findings: Findings) -> RuleContext { RuleContext(outline, findings, rule, part) }

  /// Whether matches of a rule are wanted.
  func wants(_ id: String) -> Bool { findings.options.includes(id, Rule.severity(ofID: id) ?? .error) }

  /// What a rule is called for.
  package enum Part {
    case template
    case entry(Node.Entry)
    case resource(Outline.Resource)
    case call(Outline.Call)
  }

  /// The template's tree as it was written.
  package var document: Node { outline.document }
  /// The template read; nil when there is an error in it.
  package var template: Template? { outline.template }
  /// The schema of a resource type; nil when the type isn't known.
  package func schema(_ type: String) -> ResourceSchema? { outline.schemas[type] }

  /// The name and the tree of the part; nil for rules that look at the whole.
  package var entry: Node.Entry? {
    switch part {
    case .template, .call: nil
    case .entry(let entry): entry
    case .resource(let resource): resource.entry
    }
  }

  /// Says that something is wrong, under the rule's id.
  package func report(
    at place: Place, _ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []
  ) {
    findings.add(Diagnostic(rule.severity, rule.id, message, at: place, hint: hint, notes: notes))
  }

  /// Says so under another id of a rule that has several.
  func report(
    _ id: String, at place: Place, _ message: String, hint: String? = nil, notes: [Diagnostic.Note] = []
  ) {
    let severity = Rule.severity(ofID: id) ?? rule.severity
    findings.add(Diagnostic(severity, id, message, at: place, hint: hint, notes: notes))
  }

  /// `did you mean …?` when there is a type of a near name.
  func suggestion(forType type: String) -> String? {
    guard findings.maySuggest() else { return nil }
    return outline.schemas.suggestion(for: type).map { "did you mean `\($0)`?" }
  }

  /// `did you mean …?` when one of the names is near.
  func suggestion(_ wrong: String, _ names: some Sequence<String>) -> String? {
    guard findings.maySuggest() else { return nil }
    return nearest(to: wrong, among: names).map { "did you mean `\($0)`?" }
  }
}

/// What was found so far in one template.
final class Findings {
  private(set) var items: [Diagnostic] = []
  let options: LintOptions

  init(_ options: LintOptions = LintOptions()) { self.options = options }

  private var suggestions = 0

  func add(_ item: Diagnostic) { items.append(item) }

  /// Looking for near names costs time; after so many mistakes nobody reads the hints.
  func maySuggest() -> Bool {
    suggestions += 1
    return suggestions <= 200
  }
}
