/// A kind of thing in the cloud that a parameter's value can name.
package enum CloudThing: String, Sendable, CaseIterable {
  case availabilityZone, image, server, keyPair, securityGroup, subnet, volume, network, zone

  /// What OpenStack calls it, as in Heat's custom constraints.
  package var constraint: String {
    switch self {
    case .availabilityZone: "nova.availability_zone"
    case .image: "glance.image"
    case .server: "nova.server"
    case .keyPair: "nova.keypair"
    case .securityGroup: "neutron.security_group"
    case .subnet: "neutron.subnet"
    case .volume: "cinder.volume"
    case .network: "neutron.network"
    case .zone: "designate.zone"
    }
  }

  /// What a parameter type names, lists and stored parameters of it included.
  init?(parameterType type: String) {
    var type = Substring(type)
    for prefix in ["AWS::SSM::Parameter::Value<", "List<"] where type.hasPrefix(prefix) {
      type = type.dropFirst(prefix.count).dropLast()
    }
    switch type {
    case "AWS::EC2::AvailabilityZone::Name": self = .availabilityZone
    case "AWS::EC2::Image::Id": self = .image
    case "AWS::EC2::Instance::Id": self = .server
    case "AWS::EC2::KeyPair::KeyName": self = .keyPair
    case "AWS::EC2::SecurityGroup::Id", "AWS::EC2::SecurityGroup::GroupName": self = .securityGroup
    case "AWS::EC2::Subnet::Id": self = .subnet
    case "AWS::EC2::Volume::Id": self = .volume
    case "AWS::EC2::VPC::Id": self = .network
    case "AWS::Route53::HostedZone::Id": self = .zone
    default: return nil
    }
  }
}

extension ParameterDefinition {
  /// The kind of thing that the values name; nil when they are plain values.
  package var cloudThing: CloudThing? { CloudThing(parameterType: type) }

  /// What the values name in the cloud, as Heat's custom constraints call it; nil when they are plain values.
  package var namedThing: String? {
    if let cloudThing { return cloudThing.constraint }
    for constraint in details.constraints {
      if case .custom(let name) = constraint.kind { return name }
    }
    return nil
  }

  /// Whether the value is the name under which the wanted value is stored (`AWS::SSM::Parameter::Value<…>`).
  package var isStored: Bool { type.hasPrefix("AWS::SSM::Parameter::Value<") }
}
