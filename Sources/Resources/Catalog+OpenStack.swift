package import Ambience
package import OpenStack
import ResourceFacts
package import StackEngine
import Templates

extension ResourceCatalog {
  /// All types that kiln makes on an OpenStack cloud.
  package static func openStack(cloud: Cloud, ambient: Ambient) throws -> ResourceCatalog {
    let context = OpenStackContext(cloud: cloud, ambient: ambient)
    let schemas = try ResourceSchemas()
    func schema(_ name: String) -> ResourceSchema { schemas.launched(name) ?? ResourceSchema() }
    return ResourceCatalog([
      EC2Instance(schema: schema("AWS::EC2::Instance"), context: context),
      EC2Volume(schema: schema("AWS::EC2::Volume"), context: context),
      EC2VolumeAttachment(schema: schema("AWS::EC2::VolumeAttachment"), context: context),
      EC2EIP(schema: schema("AWS::EC2::EIP"), context: context),
      EC2EIPAssociation(schema: schema("AWS::EC2::EIPAssociation"), context: context),
      EC2SecurityGroup(schema: schema("AWS::EC2::SecurityGroup"), context: context),
      WaitConditionHandle(schema: schema("AWS::CloudFormation::WaitConditionHandle"), context: context),
      WaitCondition(schema: schema("AWS::CloudFormation::WaitCondition"), context: context),
      IAMUser(schema: schema("AWS::IAM::User")),
      IAMAccessKey(schema: schema("AWS::IAM::AccessKey"), context: context),
      RecordedType(name: "AWS::CloudWatch::Alarm", schema: schema("AWS::CloudWatch::Alarm")),
      RecordedType(name: "HEAT::HA::Restarter", schema: schema("HEAT::HA::Restarter")),
      RecordedType(name: "OS::Heat::HARestarter", schema: schema("OS::Heat::HARestarter")),
    ])
  }
}
