import Document
import Linting
import ResourceFacts
import Testing

@Suite struct LinterTests {
  @Test("a property that a type doesn't have is told with its place")
  func property() throws {
    let schemas = try ResourceSchemas()
    let text = """
      Resources:
        Web:
          Type: AWS::EC2::Instance
          Properties: {ImageId: a, InstanceType: b, Flavour: c}
      """
    let found = Linter(schemas: schemas).lint(Source(name: "web.yaml", text: text)).diagnostics
    #expect(found.map(\.code) == ["E3002"])
    #expect(found.first?.place?.start.line == 4)
  }
}
