import Document
import OrderedCollections
import Templates
import Testing

/// Knows parameters, and of resources nothing.
private struct ParameterScope: Scope {
  var values: [String: Evaluated] = ["AWS::StackName": .known("blog", isSecret: false)]

  func parameter(_ name: String) -> Evaluated? { values[name] }
  func reference(_ logicalID: String) -> Evaluated { .later(needs: [logicalID]) }
  func attribute(_ name: String, of logicalID: String) throws(Diagnostic) -> Evaluated {
    .later(needs: [logicalID])
  }
  func zones(ofRegion region: String) -> [String] { ["nova"] }
  func export(_ name: String) -> Evaluated? { nil }
}

struct EvaluationTests {
  private func evaluate(_ yaml: String) throws -> Evaluated {
    let text = """
      Parameters: {Name: {Type: String, Default: web}, Word: {Type: String, Default: x, NoEcho: true}}
      Mappings: {M: {a: {b: c}}}
      Conditions: {IsWeb: !Equals [!Ref Name, web]}
      Resources: {R: {Type: T}}
      Outputs: {O: {Value: \(yaml)}}
      """
    let reading = TemplateReader.read(Source(name: "t.yaml", text: text))
    let problems = Diagnostics(reading.diagnostics.filter { $0.severity == .error })
    guard let template = reading.template, let output = template.outputs["O"] else { throw problems }
    var scope = ParameterScope()
    scope.values.merge(try template.parameterValues(given: [:]).evaluated) { $1 }
    return try output.value.evaluate(in: scope, of: template)
  }

  @Test(
    "functions give what CloudFormation gives",
    arguments: [
      ("!Join ['-', [a, !Ref Name, 3]]", "a-web-3"), ("!Sub 'x${Name}-${!Name}'", "xweb-${Name}"),
      ("!Sub ['${a}.${Name}', {a: 1}]", "1.web"), ("!Select [1, !Split [',', 'a,b']]", "b"),
      ("!Base64 hello", "aGVsbG8="), ("!FindInMap [M, a, b]", "c"), ("!If [IsWeb, yes1, no1]", "yes1"),
      ("!Select [2, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.2.0/24"), ("!Select [0, !GetAZs '']", "nova"),
      ("{'Fn::Replace': [{q: z}, aqa]}", "aza"), ("!Select [k, '{\"k\": \"v\"}']", "v"),
    ] as [(String, String)])
  func functions(yaml: String, expected: String) throws {
    guard case .known(let value, false) = try evaluate(yaml) else {
      Issue.record("not known")
      return
    }
    #expect(value == .string(expected))
  }

  @Test("a secret taints what it goes into")
  func secret() throws {
    guard case .known(_, true) = try evaluate("!Sub '${Word}!'") else {
      Issue.record("not secret")
      return
    }
  }

  @Test("what depends on a resource is known later")
  func later() throws {
    guard case .later(let needs) = try evaluate("!Join ['', [a, !Ref R]]") else {
      Issue.record("not later")
      return
    }
    #expect(needs == ["R"])
  }

  @Test("an item out of range is an error")
  func range() {
    #expect(throws: Diagnostic.self) { try evaluate("!Select [5, [a]]") }
  }

  @Test("all problems are reported at once, with their places")
  func allAtOnce() {
    let text = """
      Resources:
        A: {Type: T, Properties: {X: !Ref Bb, Y: !Jion [a, b]}}
        B: {Type: T, DependsOn: C}
        C: {Type: T, Properties: {Z: !GetAtt B.Id}}
      """
    let found = TemplateReader.read(Source(name: "t.yaml", text: text)).diagnostics
    #expect(found.map(\.code) == ["E1020", "unknown_function", "E3004"])
    #expect(found.map { $0.place?.start.line } == [2, 2, 3])
    #expect(found[1].hint == "did you mean `Fn::Join`?")
  }
}
