import Document
import Templates
import TestSupport
import Testing

@Suite(.enabled(if: Corpus.root != nil, "the public templates aren't beside the package"))
struct OracleTests {
  /// A finding of one side only, and why the sides differ.
  private struct Difference {
    let text: String
    let reason: Reason
  }

  private enum Reason: String, CaseIterable {
    case types = "needs the types of properties and attributes, which the linter has"
    case serverless = "SAM: kiln says one thing and stops"
    case line = "kiln says it at the value's line, cfn-lint at the line of the key above"
    case ignored = "switched off by the template's metadata, which the linter heeds"
    case conditions = "a resource that a condition leaves out: the linter's"
    case rule = "cfn-lint doesn't look into the functions of rules"
    case follow = "follows from a finding that both have"
    case open = "open"
  }

  @Test("reading finds what cfn-lint finds of the language, at the same lines")
  func agreement() throws {
    var (found, expected, given) = (0, 0, 0)
    var differences: [Difference] = []
    for verdict in try Oracle.verdicts() {
      guard let source = Corpus.source(verdict.path) else { continue }
      let said = TemplateReader.read(source).diagnostics
      let own = Set(said.compactMap(Oracle.Finding.init)).filter { Oracle.isOfReading($0.id) }
      let theirs = verdict.findings.filter { Oracle.isOfReading($0.id) }
      expected += theirs.count
      given += own.count
      found += own.intersection(theirs).count
      differences += Self.differences(verdict, own, theirs, said)
    }
    print("reading finds \(found) of cfn-lint's \(expected), and \(given - found) more")
    for difference in differences { print("\(difference.text): \(difference.reason.rawValue)") }
    let open = differences.filter { $0.reason == .open }
    #expect(open.count * 100 <= expected * 2)
    #expect(found * 100 >= expected * 90)
    #expect((given - found) * 100 <= expected * 4)
  }

  private static func differences(
    _ verdict: Oracle.Verdict, _ own: Set<Oracle.Finding>, _ theirs: Set<Oracle.Finding>,
    _ said: [Diagnostic]
  ) -> [Difference] {
    let isServerless = said.contains { $0.code == "serverless_not_supported" }
    let missing = theirs.subtracting(own)
    let extra = own.subtracting(theirs)
    let lacking = missing.sorted().map { finding in
      let message = verdict.messages[finding] ?? ""
      let reason: Reason =
        isServerless
        ? .serverless
        : extra.contains(where: { $0.isBelow(finding) })
          ? .line : reason(ofMissing: message, finding, own)
      return Difference(
        text: "\(verdict.path):\(finding.line) lacks \(finding.id), \(message.prefix(100))", reason: reason)
    }
    let more = extra.sorted().map { finding in
      let reason: Reason =
        missing.contains(where: { finding.isBelow($0) })
        ? .line
        : verdict.ignores(finding.id) ? .ignored : isInRule(finding, verdict.path) ? .rule : .open
      return Difference(text: "\(verdict.path):\(finding.line) has \(finding.id)", reason: reason)
    }
    return lacking + more
  }

  private static func reason(
    ofMissing message: String, _ finding: Oracle.Finding, _ own: Set<Oracle.Finding>
  ) -> Reason {
    if message.contains("will not exist") { return .conditions }
    if message.contains("is not of type") || (message.contains("is not one of") && finding.id == "E6101") {
      return .types
    }
    return own.contains { $0.id == "E2001" } ? .follow : .open
  }

  /// Whether the line is in the section Rules.
  private static func isInRule(_ finding: Oracle.Finding, _ path: String) -> Bool {
    guard let source = Corpus.source(path), let node = try? DocumentReader.any(source),
      let rules = node.entry("Rules")
    else { return false }
    return (rules.keyPlace.start.line...rules.value.place.end.line).contains(finding.line)
  }

  @Test("what isn't broken on purpose loads")
  func loading() {
    var failures: [String] = []
    for path in Corpus.paths() where !path.contains("/bad/") {
      guard let source = Corpus.source(path) else { continue }
      let reading = TemplateReader.read(source)
      guard reading.template == nil else { continue }
      let errors = reading.diagnostics.filter { $0.severity == .error }
      #expect(!errors.isEmpty, "\(path) doesn't load, but nobody says why")
      #expect(errors.allSatisfy { $0.place != nil }, "\(path) has an error without a place")
      if errors.contains(where: { $0.code == "serverless_not_supported" }) { continue }
      failures.append("\(path): \(errors[0].code) \(errors[0].message)")
    }
    print("\(failures.count) don't load, each with an error of its own:")
    print(failures.joined(separator: "\n"))
    #expect(failures.count <= 17)
  }
}

extension Oracle.Finding {
  fileprivate init?(_ diagnostic: Diagnostic) {
    guard let place = diagnostic.place else { return nil }
    self.init(id: diagnostic.code, line: place.start.line)
  }

  /// Whether it is the same rule a few lines further down.
  fileprivate func isBelow(_ other: Oracle.Finding) -> Bool {
    id == other.id && line > other.line && line <= other.line + 5
  }
}

extension Oracle.Verdict {
  /// Whether the template's own metadata switch a rule off somewhere.
  fileprivate func ignores(_ id: String) -> Bool {
    Corpus.source(path).map { $0.text.contains("ignore_checks") && $0.text.contains("- \(id)") } ?? false
  }
}
