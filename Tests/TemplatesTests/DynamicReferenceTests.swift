import Document
import OrderedCollections
import Templates
import Testing

struct DynamicReferenceTests {
  @Test(
    "references are read into their parts",
    arguments: [
      ("ssm:/a/b:3", .parameter(name: "/a/b", version: "3")),
      ("ssm-secure:x", .secureParameter(name: "x", version: nil)),
      (
        "secretsmanager:db:SecretString:password:AWSCURRENT",
        .secret(id: "db", key: "password", stage: "AWSCURRENT", version: nil)
      ),
      (
        "secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:db:SecretString:user",
        .secret(id: "arn:aws:secretsmanager:eu-west-1:1:secret:db", key: "user", stage: nil, version: nil)
      ),
      ("env:HOME", .other(service: "env", rest: "HOME")),
    ] as [(String, DynamicReference.Source)])
  func parts(_ inside: String, _ source: DynamicReference.Source) {
    #expect(DynamicReference(inside: Substring(inside))?.source == source)
  }

  private func topic(_ name: String) -> TemplateReading {
    reading(
      """
      Resources:
        S: {Type: 'AWS::SecretsManager::Secret'}
        T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: \(name)}}
      """)
  }

  private func scope(_ inside: String, _ value: Value) throws -> FixedScope {
    let reference = try #require(DynamicReference(inside: Substring(inside)))
    return FixedScope(resolver: [reference: Evaluated.known(value, isSecret: false)])
  }

  @Test("a reference is resolved when it is evaluated, in a text, in Fn::Sub and in Fn::Join")
  func resolves() throws {
    let parameter = try scope("ssm:host:1", "example.org")
    #expect(
      try topic("'http://{{resolve:ssm:host:1}}/x'").value("TopicName", of: "T", in: parameter)
        == "http://example.org/x")
    let secret = try scope("secretsmanager:id-S:SecretString:password", "s3cret")
    for text in [
      "!Sub '{{resolve:secretsmanager:${S}:SecretString:password}}'",
      "!Join ['', ['{{resolve:secretsmanager:', !Ref S, ':SecretString:password}}']]",
    ] {
      let result = topic(text)
      #expect(try result.value("TopicName", of: "T", in: secret) == "s3cret")
      let template = try #require(result.template)
      let expression = try #require(template.resources["T"]?.properties["TopicName"])
      let references = try expression.dynamicReferences(in: secret, of: template)
      #expect(references.map(\.text) == ["{{resolve:secretsmanager:id-S:SecretString:password}}"])
      guard case .known(_, let isSecret) = try expression.evaluate(in: secret, of: template) else {
        Issue.record("the value isn't known")
        return
      }
      #expect(isSecret)
    }
  }

  @Test("what nobody resolves is an error with a place when it is evaluated")
  func unresolved() throws {
    let error = #expect(throws: Diagnostic.self) {
      try topic("'{{resolve:ssm:host}}'").value("TopicName", of: "T")
    }
    #expect(error?.place?.start.line == 3)
  }

  @Test(
    "a wrong form is said",
    arguments: [
      "'{{resolve:foo:bar}}'", "'{{resolve:ssm:bar:x}}'", "'{{resolve:secretsmanager:a:Foo}}'",
      "'{{resolve:ssm}}'",
    ])
  func forms(_ text: String) {
    #expect(topic(text).marks == ["E1050 3"])
  }

  @Test("a secret belongs into properties")
  func places() {
    let result = reading(
      """
      Resources:
        T: {Type: 'AWS::SNS::Topic', Metadata: {x: '{{resolve:secretsmanager:foo}}'}}
      Outputs:
        A: {Value: '{{resolve:secretsmanager:a}}'}
        B: {Value: '{{resolve:ssm-secure:a}}'}
        C: {Value: '{{resolve:ssm:a}}', Description: '{{resolve:ssm:a}}', Condition: '{{resolve:ssm:a}}'}
      """)
    #expect(result.marks == ["E1051 2", "E1051 4", "E1027 5", "E6005 6", "E1052 6"])
  }
}
