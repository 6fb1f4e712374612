import Document
import Linting
import ResourceFacts
import TestSupport
import Testing

@Suite struct RuleCaseTests {
  @Test("templates break the rules that their case names", arguments: GoldenCase.all("rules.yaml"))
  func rules(_ example: GoldenCase) throws {
    let schemas = try ResourceSchemas()
    let report = Linter(schemas: schemas).lint(
      Source(name: "template.yaml", text: example.input),
      options: LintOptions(include: ["ignored_property"]))
    let found = report.diagnostics.map { "\($0.code) \($0.place?.start.line ?? 0)" }
    #expect(found.sorted() == example.expected.split(separator: "\n").map(String.init).sorted())
  }

  @Test("what is said has a place, a reason and a hint", arguments: GoldenCase.all("values.yaml"))
  func values(_ example: GoldenCase) throws {
    try expectMessages(example)
  }

  @Test("templates in Heat's language are held to their types", arguments: GoldenCase.all("heat.yaml"))
  func heat(_ example: GoldenCase) throws {
    try expectMessages(example)
  }

  /// Lines of the form `ID line:column message (hint)`.
  private func expectMessages(_ example: GoldenCase) throws {
    let source = Source(name: "template.yaml", text: example.input)
    let found = Linter(schemas: try ResourceSchemas()).lint(source).diagnostics.map { item in
      let start = item.place?.start ?? Position(line: 1, column: 1)
      let hint = item.hint.map { " (\($0))" } ?? ""
      return "\(item.code) \(start.line):\(start.column) \(item.message)\(hint)"
    }
    #expect(found == example.expected.split(separator: "\n").map(String.init))
  }

  @Test("parameters' own values go by their own rules where W1030 is off")
  func parameterRules() throws {
    let text = """
      Parameters:
        Kind: {Type: String, Default: Net}
      Resources:
        Log:
          Type: AWS::EC2::FlowLog
          Properties: {ResourceId: vpc-12345678, ResourceType: !Ref Kind}
      """
    let linter = Linter(schemas: try ResourceSchemas())
    let report = linter.lint(Source(name: "a.yaml", text: text), options: LintOptions(ignore: ["W1030"]))
    #expect(report.diagnostics.map(\.code) == ["W2030"])
    #expect(report.diagnostics.first?.notes.count == 1)
  }

  @Test("the list of rules has every id once, with a title")
  func summaries() throws {
    let rules = Linter(schemas: nil).summaries
    #expect(rules.map(\.id) == Set(rules.map(\.id)).sorted())
    #expect(rules.allSatisfy { !$0.title.isEmpty })
    #expect(rules.contains { $0.id == "W1034" && $0.severity == .warning })
    let known = Set(rules.map(\.id))
    for example in GoldenCase.all("rules.yaml") + GoldenCase.all("values.yaml") {
      for line in example.expected.split(separator: "\n") {
        let id = String(line.prefix { $0 != " " })
        #expect(known.contains(id), "\(id) isn't listed")
      }
    }
    #expect(RuleTable.text(rules).contains("E3002             error    "))
  }

  @Test("a rule from outside sees the template and says its own")
  func outside() throws {
    let rule = Rule(id: "team_tags", severity: .warning, title: "resources have tags", subject: .resource) {
      context in
      guard let entry = context.entry, entry.value["Properties"]?["Tags"] == nil else { return }
      context.report(at: entry.keyPlace, "`\(entry.key)` has no tags", hint: "add Tags")
    }
    let text = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
    let report = Linter(schemas: nil, rules: [rule]).lint(Source(name: "a.yaml", text: text))
    #expect(report.diagnostics.map(\.code) == ["team_tags"])
    #expect(report.exitCode == 4)
    #expect(report.template != nil)
  }

  @Test("ids and their beginnings choose what is shown")
  func options() {
    let options = LintOptions(include: ["I3"], ignore: ["W2"], mandatory: ["W2010"])
    #expect(options.includes("E3002", .error))
    #expect(options.includes("I3010", .note))
    #expect(!options.includes("I1002", .note))
    #expect(!options.includes("W2001", .warning))
    #expect(options.includes("W2010", .warning))
    #expect(options.includes("team_tags", .warning))
    #expect(!options.includes("team_tags", .note))
  }

  @Test("conditions that would take too many combinations are taken as independent")
  func bound() throws {
    var text = "Parameters:\n"
    for index in 0..<40 { text += "  P\(index): {Type: String}\n" }
    text += "Conditions:\n"
    for index in 0..<40 { text += "  C\(index): !Equals [!Ref P\(index), x]\n" }
    let parts = (0..<10).map { start in
      "!Or [" + (0..<4).map { "!Condition C\(start * 4 + $0)" }.joined(separator: ", ") + "]"
    }
    text += "  All: !And [\(parts.joined(separator: ", "))]\n"
    text += "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n    Condition: All\n    Properties:\n"
    text += "      DelaySeconds: !If [C1, 1, !Ref AWS::NoValue]\n"
    let schemas = try ResourceSchemas()
    let report = Linter(schemas: schemas).lint(Source(name: "a.yaml", text: text))
    #expect(report.diagnostics.isEmpty, "\(report.diagnostics.map(\.message))")
  }
}

@Suite struct LintFormatTests {
  private func diagnostics() -> [Diagnostic] {
    let source = Source(name: "a b.yaml", text: "Resources:\n  Queue: 50%\n")
    let place = Place(
      source: source, start: Position(line: 2, column: 3), end: Position(line: 2, column: 8))
    return [
      Diagnostic(
        .error, "E3002", "it has no property `x`: 50%", at: place, hint: "remove it",
        notes: [.init("the type", at: place)]),
      Diagnostic(.note, "I3010", "it is large"),
    ]
  }

  @Test("SARIF has the rules, levels, places and related places")
  func sarif() throws {
    let log = try Value.json(LintFormat.sarif.text(of: diagnostics(), version: "1"))
    #expect(log["version"] == "2.1.0")
    let run = try #require(log["runs"]?[0])
    #expect(run["tool"]?["driver"]?["rules"]?[0]?["id"] == "E3002")
    let result = try #require(run["results"]?[0])
    #expect(result["level"] == "error")
    #expect(result["message"]?["text"] == "it has no property `x`: 50%; remove it")
    let physical = result["locations"]?[0]?["physicalLocation"]
    #expect(physical?["artifactLocation"]?["uri"] == "a%20b.yaml")
    #expect(physical?["region"]?["startLine"] == 2)
    #expect(result["relatedLocations"]?[0]?["message"]?["text"] == "the type")
    #expect(run["results"]?[1]?["locations"] == nil)
  }

  @Test("GitHub's annotations are commands whose marks are written as codes")
  func github() {
    let lines = LintFormat.github.text(of: diagnostics()).split(separator: "\n")
    #expect(
      lines[0]
        == "::error file=a b.yaml,line=2,col=3,endLine=2,endColumn=8,title=E3002::it has no property"
        + " `x`: 50%25%0Aremove it"
    )
    #expect(lines[1] == "::notice title=I3010::it is large")
  }

  @Test("JSON has places, hints and related places")
  func json() throws {
    let list = try Value.json(LintFormat.json.text(of: diagnostics()))
    #expect(list[0]?["line"] == 2)
    #expect(list[0]?["hint"] == "remove it")
    #expect(list[0]?["related"]?[0]?["file"] == "a b.yaml")
    #expect(list[1]?["severity"] == "note")
  }

  @Test("the exit code adds 2 for errors, 4 for warnings and 8 for notes")
  func exitCode() {
    #expect(LintReport.exitCode(of: diagnostics()) == 10)
    #expect(LintReport.exitCode(of: []) == 0)
    #expect(LintReport.exitCode(of: [Diagnostic(.warning, "W1", "a")]) == 4)
  }
}
