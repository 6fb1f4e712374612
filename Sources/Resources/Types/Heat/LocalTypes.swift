import Document
import OpenStack
import OrderedCollections
import StackEngine

extension LocalType {
  /// The types that are nothing in the cloud.
  static let all: [String: Make] = configurations.merging(values) { own, _ in own }.merging(accepted) {
    own, _ in own
  }

  private static let values: [String: Make] = [
    "OS::Heat::Value": { call in
      let value = call.properties["value"] ?? .null
      var resource = PhysicalResource.local(call, attributes: ["value": value])
      if call.properties.secretNames.contains("value") { resource.secretAttributes = ["value"] }
      return resource
    },
    "OS::Heat::None": { call in .local(call) },
    "OS::Heat::AccessPolicy": { call in .local(call) },
    "OS::Heat::UpdateWaitConditionHandle": { call in
      PhysicalResource(id: call.physicalName, reference: .string(SignalAddress.local(call)))
    },
    "OS::Aodh::Alarm": { call in .local(call, notes: call.properties.values) },
    "OS::Ceilometer::Alarm": { call in .local(call, notes: call.properties.values) },
    "OS::Aodh::GnocchiAggregationByResourcesAlarm": { call in
      .local(call, notes: call.properties.values)
    },
    "OS::Aodh::EventAlarm": { call in .local(call, notes: call.properties.values) },
    "AWS::EC2::InternetGateway": { call in .local(call) },
    // A router with a gateway translates addresses by itself; the route through this gives it one.
    "AWS::EC2::NatGateway": { call in
      .local(call, attributes: ["NatGatewayId": .string(call.physicalName)])
    },
    "AWS::AutoScaling::LaunchConfiguration": { call in .local(call, notes: call.properties.values) },
  ]

  /// What AWS needs and OpenStack has no use for: taken as said, so that templates in the wild launch.
  private static let accepted: [String: Make] = Dictionary(
    uniqueKeysWithValues: [
      "AWS::IAM::Role", "AWS::IAM::InstanceProfile", "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy",
      "AWS::IAM::Group", "AWS::IAM::UserToGroupAddition", "AWS::Logs::LogGroup", "AWS::EC2::LaunchTemplate",
      "AWS::EC2::DHCPOptions", "AWS::EC2::VPCDHCPOptionsAssociation", "AWS::EC2::NetworkAcl",
      "AWS::EC2::NetworkAclEntry", "AWS::EC2::SubnetNetworkAclAssociation", "AWS::CDK::Metadata",
      "AWS::KMS::Key", "AWS::KMS::Alias",
    ].map { ($0, taken(as: $0)) })

  private static func taken(as type: String) -> Make {
    { call in
      let service = type.split(separator: ":").dropFirst().joined(separator: ":")
      return .local(
        call,
        attributes: [
          "Arn": .string("arn:kiln:\(service):\(call.physicalName)"), "LatestVersionNumber": "1",
          "DefaultVersionNumber": "1",
        ], notes: call.properties.values)
    }
  }
}
