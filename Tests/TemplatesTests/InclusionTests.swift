import Document
import OrderedCollections
import Templates
import Testing

struct InclusionTests {
  private static let text = """
    Transform:
      Name: AWS::Include
      Parameters: {Location: common.yaml}
    Parameters:
      Where: {Type: String, Default: props.json}
    Resources:
      T:
        Type: AWS::SNS::Topic
        Properties:
          TopicName: mine
          Fn::Transform: {Name: AWS::Include, Parameters: {Location: !Ref Where}}
    """

  private let snippets = [
    "common.yaml": Source(name: "common.yaml", text: "Resources: {Other: {Type: 'AWS::SNS::Topic'}}"),
    "props.json": Source(
      name: "props.json", text: #"{"DisplayName": {"Ref": "Other"}, "TopicName": "theirs"}"#),
  ]

  @Test("what a template includes is listed, parameters' defaults worked out")
  func lists() {
    let found = TemplateReader.inclusions(in: Source(name: "t", text: Self.text))
    #expect(found.map(\.location) == ["common.yaml", "props.json"])
  }

  @Test("given texts stand in their places; what the template has itself wins")
  func includes() throws {
    let result = reading(Self.text, options: ReadingOptions(snippets: snippets))
    #expect(result.marks.isEmpty)
    #expect(result.template.map { Array($0.resources.keys) } == ["T", "Other"])
    #expect(try result.value("TopicName", of: "T") == "mine")
    #expect(try result.value("DisplayName", of: "T") == "id-Other")
  }

  @Test("what nobody gives is said, and the template can't be launched without it")
  func missing() throws {
    let result = reading(Self.text)
    #expect(result.marks == ["transform_not_supported 1", "transform_not_supported 11"])
    #expect(result.template?.openTransforms == ["AWS::Include"])
  }

  @Test("what is wrong in an included text is said with its place there")
  func errors() {
    let broken = Source(name: "props.json", text: "{\n\"a\": [\n}")
    let result = reading(
      Self.text, options: ReadingOptions(snippets: snippets.merging(["props.json": broken]) { $1 }))
    #expect(result.template == nil)
    #expect(
      result.diagnostics.contains { $0.code == "E0001" && $0.place?.source.name == "props.json" })
  }
}
