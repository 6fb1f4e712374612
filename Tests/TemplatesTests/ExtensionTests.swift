import Document
import Templates
import Testing

struct ExtensionTests {
  private func topic(_ name: String, extended: Bool = true) -> TemplateReading {
    reading(
      """
      \(extended ? "Transform: AWS::LanguageExtensions" : "Description: none")
      Parameters:
        List: {Type: CommaDelimitedList, Default: 'a,b'}
        Key: {Type: String, Default: nothing}
        Attribute: {Type: String, Default: TopicName}
      Mappings:
        M: {k: {a: found}}
      Resources:
        Other: {Type: 'AWS::SNS::Topic'}
        T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: \(name)}}
      """)
  }

  private let scope = FixedScope(values: ["List": ["a", "b"], "Key": "nothing"], outputs: ["net.Id": "n-1"])

  @Test(
    "the functions of AWS::LanguageExtensions give what they say",
    arguments: [
      ("!Length [1, 2, 3]", 3), ("!Length {Ref: List}", 2),
      ("!ToJsonString {a: [1, !Ref Key]}", #"{"a":[1,"nothing"]}"#),
      ("!FindInMap [M, !Ref Key, a, {DefaultValue: other}]", "other"),
      ("!FindInMap [M, !Join ['', [k]], a, {DefaultValue: other}]", "found"),
      ("!FindInMap [Nowhere, k, a, {DefaultValue: !Ref Key}]", "nothing"),
      ("!GetStackOutput {StackName: net, OutputName: Id}", "n-1"),
      ("{Ref: {'Fn::Sub': '${Key}'}}", nil as Value?),
    ] as [(String, Value?)])
  func values(_ name: String, _ expected: Value?) throws {
    let result = topic(name)
    #expect((try? result.value("TopicName", of: "T", in: scope)) == expected, "\(result.marks)")
  }

  @Test("without the transform AWS doesn't take them")
  func withoutTransform() {
    #expect(topic("!Length [1]", extended: false).marks == ["E1030 10"])
    #expect(topic("!ToJsonString {a: 1}", extended: false).marks == ["E1031 10"])
    #expect(
      topic("!FindInMap [M, k, a, {DefaultValue: x}]", extended: false).marks == ["E1011 10"])
  }

  @Test("a name that a function makes is checked with the parameters' values")
  func computedNames() {
    #expect(topic("!GetAtt [Other, !Ref Attribute]").marks.isEmpty)
    #expect(topic("{Ref: {'Fn::Sub': Othe}}").marks.contains("E1020 10"))
  }

  @Test("a SAM template is one diagnostic")
  func serverless() {
    let result = reading("Transform: AWS::Serverless-2016-10-31\nGlobals: {}\nResources: {A: {Type: 1}}\n")
    #expect(result.template == nil)
    #expect(result.marks == ["serverless_not_supported 1"])
  }

  @Test("a template with a macro loads, but can't be launched")
  func macros() throws {
    let result = reading(
      "Transform: [Mine]\nResources:\n  A: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Transform {Name: X}}}\n"
    )
    #expect(result.marks == ["transform_not_supported 1", "transform_not_supported 3"])
    let template = try #require(result.template)
    #expect(template.openTransforms == ["Mine", "X"])
    #expect(throws: Diagnostics.self) { try template.parameterValues(given: [:]) }
  }
}
