package import Document
package import Templates

/// Says all that is wrong or doubtful in templates.
package struct Linter: Sendable {
  private let schemas: (any ResourceTypes)?
  let rules: [Rule]
  private let files: (@Sendable (String) -> Source?)?
  /// The ids that rules report under; what reading says under them is left to the rules.
  private let ownIDs: Set<String>

  /// A linter that knows the types that `schemas` has, and reads the templates of nested
  /// stacks by `files`, by their paths.
  package init(
    schemas: (any ResourceTypes)?, rules: [Rule] = Rule.all,
    files: (@Sendable (String) -> Source?)? = nil
  ) {
    self.files = files
    self.schemas = schemas
    self.rules = rules
    ownIDs = Set(rules.filter { !$0.isMore }.flatMap { [$0.id] + $0.others })
  }

  /// Reads a template and checks it; the diagnostics are in the order of their places.
  ///
  /// A tree with errors in it is checked as far as it can be read.
  package func lint(
    _ source: Source, in surroundings: TemplateSurroundings = TemplateSurroundings(),
    reading: ReadingOptions = ReadingOptions(), options: LintOptions = LintOptions()
  ) -> LintReport {
    // Attributes and types of Heat's templates are checked when they are read; all else is checked here.
    var reading = reading
    reading.checksProperties = false
    let types = source.mentions("heat_template_version") ? schemas : nil
    let result = TemplateReader.read(source, in: surroundings, schemas: types, options: reading)
    return lint(result, of: source, options)
  }

  /// Checks a tree that a program made.
  package func lint(_ document: Node, options: LintOptions = LintOptions()) -> LintReport {
    lint(TemplateReader.read(document), of: nil, options)
  }

  private func lint(
    _ reading: TemplateReading, of source: Source?, _ options: LintOptions
  ) -> LintReport {
    guard let document = reading.document, document.entries != nil else {
      return LintReport(
        template: nil, diagnostics: reading.diagnostics.filter { options.includes($0) }, suppressed: 0)
    }
    let outline = Outline(
      document, from: source, template: reading.template, schemas: SchemaCache(schemas), files: files)
    let options = options.adding(Suppression.template(document))
    let findings = Findings(options)
    // Heat's own language has other sections, names and functions: most rules don't know it.
    let isHeat = outline.isHeat
    for item in reading.diagnostics where isHeat || !ownIDs.contains(item.code) { findings.add(item) }
    let wanted = rules.filter { rule in
      (!isHeat || rule.knowsHeat)
        && ([rule.id] + rule.others).contains { options.includes($0, rule.severity) }
    }
    LintRun(outline, findings).run(wanted)
    let suppression = Suppression(outline)
    let found = inOrder(findings.items.unique)
    let kept = found.filter { options.includes($0) && !suppression.hides($0, options) }
    return LintReport(
      template: reading.template, diagnostics: kept, suppressed: found.count - kept.count)
  }

  private func inOrder(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      guard let first = left.element.place?.start, let second = right.element.place?.start, first != second
      else { return left.offset < right.offset }
      return first < second
    }.map(\.element)
  }
}

/// Calls rules for the parts of one template.
struct LintRun {
  private let outline: Outline
  private let findings: Findings

  init(_ outline: Outline, _ findings: Findings) {
    self.outline = outline
    self.findings = findings
  }

  func run(_ rules: [Rule]) {
    for subject in Rule.Subject.allCases where subject != .call {
      let rules = rules.filter { $0.subject == subject }
      if rules.isEmpty { continue }
      for part in parts(subject) {
        for rule in rules { rule.check(RuleContext(outline, findings, rule, part)) }
      }
    }
    checkCalls(rules.filter { $0.subject == .call })
  }

  /// Most calls are references, of which few rules want to know.
  private func checkCalls(_ rules: [Rule]) {
    if rules.isEmpty { return }
    for call in outline.calls {
      for rule in rules where rule.functions.isEmpty || rule.functions.contains(call.name) {
        rule.check(RuleContext(outline, findings, rule, .call(call)))
      }
    }
  }

  private func parts(_ subject: Rule.Subject) -> [RuleContext.Part] {
    switch subject {
    case .template: [.template]
    case .parameter: outline.parameters.map { .entry($0) }
    case .mapping: outline.mappings.map { .entry($0) }
    case .condition: outline.conditions.map { .entry($0) }
    case .output: outline.outputs.map { .entry($0) }
    case .resource: outline.resources.map { .resource($0) }
    case .call: outline.calls.map { .call($0) }
    }
  }
}

/// The schemas of the types in one template, each asked for once.
final class SchemaCache {
  private let types: (any ResourceTypes)?
  private var known: [String: ResourceSchema?] = [:]

  init(_ types: (any ResourceTypes)?) { self.types = types }

  func suggestion(for type: String) -> String? { types?.suggestion(for: type) }

  subscript(type: String) -> ResourceSchema? {
    if let known = known[type] { return known }
    let schema = types?[type]
    known[type] = .some(schema)
    return schema
  }
}

extension [Diagnostic] {
  /// Each once: what a loop makes is said for the first of its rounds.
  fileprivate var unique: [Diagnostic] {
    guard count > 1 else { return self }
    var seen: Set<String> = []
    return filter { item in
      let start = item.place?.start
      return seen.insert("\(item.code) \(start?.line ?? 0) \(start?.column ?? 0) \(item.message)").inserted
    }
  }
}
