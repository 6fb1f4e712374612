import Document
import Templates
import Testing

struct RuleTests {
  private static let text = """
    Parameters:
      Environment: {Type: String, Default: test}
      Size: {Type: String}
      Subnets: {Type: 'List<AWS::EC2::Subnet::Id>', Default: 'a,b'}
    Rules:
      Sizes:
        RuleCondition: !Equals [!Ref Environment, test]
        Assertions:
          - Assert: !Contains [[small, medium], !Ref Size]
            AssertDescription: a test takes small sizes
      Zones:
        Assertions:
          - Assert: !EachMemberIn [!RefAll 'AWS::EC2::Subnet::Id', [a, b, c]]
          - Assert: !Not [!EachMemberEquals [!Ref Subnets, x]]
          - Assert: !EachMemberEquals [!ValueOfAll ['AWS::EC2::Subnet::Id', VpcId], v]
    Resources:
      T: {Type: 'AWS::SNS::Topic'}
    """

  private func broken(_ given: [String: Value]) throws -> [String] {
    let template = try #require(reading(Self.text).template)
    do throws(Diagnostics) {
      _ = try template.parameterValues(given: given)
      return []
    } catch {
      return error.items.map { "\($0.code) \($0.place?.start.line ?? 0) \($0.message)" }
    }
  }

  @Test("values that fulfil the rules pass, and what only the cloud knows isn't judged")
  func passes() throws {
    #expect(try broken(["Size": "small"]).isEmpty)
    #expect(try broken(["Size": "huge", "Environment": "live"]).isEmpty)
  }

  @Test("an assertion that fails says its description and where it stands")
  func fails() throws {
    #expect(try broken(["Size": "huge"]) == ["broken_rule 9 a test takes small sizes"])
    #expect(
      try broken(["Size": "small", "Subnets": "a,z"])
        == ["broken_rule 13 an assertion of the rule `Zones` doesn't hold"])
    #expect(try broken(["Size": "small", "Subnets": "x,x"]).count == 2)
  }

  @Test(
    "a rule of a wrong form is said",
    arguments: [
      ("{}", "E1700 2"), ("{Assertions: text}", "E1700 2"),
      ("{Assertions: [{Assert: !Contains [a]}]}", "E1701 2"),
      ("{Assertions: [{Assert: !Join [a, [b]]}]}", "E1701 2"),
      ("{RuleCondition: x, Assertions: [{Assert: true}]}", "E1702 2"),
      ("{Assertions: [{Assert: !Contains [!ValueOf [P, VpcId], b]}]}", "E1701 2"),
    ])
  func forms(_ rule: String, _ mark: String) {
    let result = reading("Rules:\n  R: \(rule)\nResources: {T: {Type: 'AWS::SNS::Topic'}}\n")
    #expect(result.marks == [mark])
  }

  @Test("functions of rules work in rules only")
  func elsewhere() {
    let result = reading(
      "Resources:\n  T: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !RefAll String}}\n")
    #expect(result.template == nil)
  }
}
