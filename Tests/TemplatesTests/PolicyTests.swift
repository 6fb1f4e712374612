import Document
import OrderedCollections
import Templates
import Testing

struct PolicyTests {
  private func policies(_ type: String, _ policies: String) -> TemplateReading {
    reading(
      """
      Parameters: {Keep: {Type: String, Default: Retain}}
      Mappings: {M: {k: {a: Snapshot}}}
      Conditions: {C: !Equals [!Ref Keep, Retain]}
      Resources:
        R:
          Type: \(type)
          \(policies)
      """)
  }

  @Test(
    "deletion policies are read, those that functions give too",
    arguments: [
      ("Delete", .delete), ("Retain", .retain), ("RetainExceptOnCreate", .retainExceptOnCreate),
      ("Snapshot", .snapshot), ("!Ref Keep", .retain), ("!FindInMap [M, k, a]", .snapshot),
      ("!If [C, Snapshot, Delete]", .snapshot),
    ] as [(String, ResourceDefinition.DeletionPolicy)])
  func deletion(_ text: String, _ policy: ResourceDefinition.DeletionPolicy) throws {
    let result = policies("AWS::EC2::Volume", "DeletionPolicy: \(text)")
    #expect(result.template?.resources["R"]?.deletionPolicy == policy, "\(result.marks)")
  }

  @Test(
    "a policy that can't be is said",
    arguments: [
      ("AWS::EC2::Volume", "DeletionPolicy: Keep", "E3035 7"),
      ("AWS::SNS::Topic", "DeletionPolicy: Snapshot", "E3035 7"),
      ("AWS::EC2::Volume", "UpdateReplacePolicy: RetainExceptOnCreate", "E3036 7"),
      ("AWS::EC2::Volume", "DeletionPolicy: !GetAZs ''", "E3035 7"),
      ("AWS::SNS::Topic", "UpdatePolicy: {Foo: 1}", "E3016 7"),
      (
        "AWS::AutoScaling::AutoScalingGroup", "UpdatePolicy: {AutoScalingRollingUpdate: {PauseTime: [1]}}",
        "E3016 7"
      ),
      (
        "AWS::AutoScaling::AutoScalingGroup", "UpdatePolicy: {AutoScalingReplacingUpdate: {WillReplace: x}}",
        "E3016 7"
      ),
      ("AWS::CloudFormation::WaitCondition", "CreationPolicy: {ResourceSignal: {Count: x}}", "E3055 7"),
      ("AWS::CloudFormation::WaitCondition", "CreationPolicy: !If [C, {Foo: 1}, {}]", "E3055 7"),
      ("Custom::Thing", "CreationPolicy: {}", "E3001 7"),
    ])
  func wrong(_ type: String, _ text: String, _ mark: String) {
    #expect(policies(type, text).marks == [mark])
  }
}
