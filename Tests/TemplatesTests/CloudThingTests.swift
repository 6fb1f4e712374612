import OrderedCollections
import Templates
import Testing

struct CloudThingTests {
  @Test(
    "a parameter's type says what its values name in the cloud",
    arguments: [
      ("AWS::EC2::Image::Id", .image), ("List<AWS::EC2::Subnet::Id>", .subnet),
      ("AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", .image),
      ("AWS::SSM::Parameter::Value<List<AWS::EC2::SecurityGroup::Id>>", .securityGroup),
      ("AWS::EC2::KeyPair::KeyName", .keyPair), ("AWS::EC2::VPC::Id", .network), ("String", nil),
      ("List<Number>", nil),
    ] as [(String, CloudThing?)])
  func types(_ type: String, _ thing: CloudThing?) throws {
    let result = reading(
      "Parameters: {P: {Type: '\(type)'}}\nResources: {T: {Type: 'AWS::SNS::Topic', Properties: {A: !Ref P}}}\n"
    )
    let parameter = try #require(result.template?.parameters["P"])
    #expect(parameter.cloudThing == thing)
    #expect(parameter.isStored == type.hasPrefix("AWS::SSM"))
  }
}
